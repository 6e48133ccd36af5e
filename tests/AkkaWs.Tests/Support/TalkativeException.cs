namespace AkkaWs.Tests.Support;

/// <summary>Writes itself down with the body of an answer, as the errors of many an SDK do.</summary>
internal sealed class TalkativeException(string message, string body) : Exception(message)
{
    public override string ToString() => $"{base.ToString()}{body}";
}
