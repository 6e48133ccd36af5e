namespace AkkaWs.Testing;

/// <summary>How a <see cref="CaptureReplay"/> plays its recording.</summary>
public sealed record CaptureReplayOptions
{
    /// <summary>
    /// A factor on the recorded pace: 1 is real time, 10 ten times as fast; null (default) sends as fast as each client reads. Messages without a time follow at once.
    /// </summary>
    public double? Speed { get; init; }

    /// <summary>Plays only the messages of this connection of the recording; null (default) plays those of all, in the order of the file.</summary>
    public Uri? Connection { get; init; }

    /// <summary>Starts a client's replay at its first message, whatever that says, instead of at once; default false.</summary>
    public bool WaitForClientMessage { get; init; }

    /// <summary>Closes with 1000 after the last message instead of keeping the socket open; default false.</summary>
    public bool CloseAtEnd { get; init; }

    /// <summary>How many of its messages each connection keeps; default 1,024.</summary>
    public int LedgerCapacity { get; init; } = 1024;

    /// <summary>Where the pace comes from; default the system.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
