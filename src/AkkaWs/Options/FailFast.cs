namespace AkkaWs.Options;

/// <summary>Whether an error that looks permanent closes a connection that has never been Ready.</summary>
public enum FailFast
{
    /// <summary>
    /// A connection that a caller opens (<c>ConnectAsync</c>, <c>OpenAsync</c>) fails fast until it is Ready for the first time. One that is declared (by a host),
    /// reopened or replaced never does.
    /// </summary>
    Auto = 0,

    /// <summary>Every connection does until it is Ready for the first time.</summary>
    On,

    /// <summary>No connection does: it retries slowly from the start.</summary>
    Off,
}
