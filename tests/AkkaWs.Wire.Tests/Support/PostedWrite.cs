using System.Text;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>A posted write that records what became of it.</summary>
internal sealed class PostedWrite(WireOpcode opcode, byte[] payload, WireLane lane = WireLane.Normal) : WireWrite(opcode, payload, lane)
{
    private readonly TaskCompletionSource<(WireException? Error, bool Begun)> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PostedWrite(string text, WireLane lane = WireLane.Normal)
        : this(WireOpcode.Text, Encoding.UTF8.GetBytes(text), lane) { }

    public bool Skip { get; init; }

    public Exception? Throws { get; init; }

    public int Asked { get; private set; }

    public Task<(WireException? Error, bool Begun)> Outcome => _outcome.Task.WaitAsync(Peer.Patience);

    public bool IsTold => _outcome.Task.IsCompleted;

    protected internal override bool TryBegin()
    {
        Asked++;
        return Throws is null ? !Skip : throw Throws;
    }

    protected internal override void OnWritten() => _outcome.SetResult((null, true));

    protected internal override void OnFailed(WireException error, bool begun) => _outcome.SetResult((error, begun));
}
