namespace AkkaWs.Tests.Support;

/// <summary>What it says is made when it is asked for, from what is gone by then.</summary>
internal sealed class MuteException : Exception
{
    public override string Message => throw new ObjectDisposedException("document");
}
