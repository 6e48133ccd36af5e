namespace AkkaWs.Wire;

/// <summary>
/// Answers pings. When the peer sends pings faster than it takes pongs, those beyond the bound are not answered but for the newest,
/// which RFC 6455, section 5.5.3, allows.
/// </summary>
internal sealed class PongQueue(Action<WireWrite> post) : IPingSink
{
    private const int MaxWaiting = 128;

    private readonly Lock _gate = new();
    private int _waiting;
    private byte[]? _newest;

    public void OnPing(ReadOnlySpan<byte> payload)
    {
        var copy = payload.ToArray();
        lock (_gate)
        {
            if (_waiting >= MaxWaiting)
            {
                _newest = copy;
                return;
            }

            _waiting++;
        }

        post(new PongWrite(copy, OnEnded));
    }

    private void OnEnded()
    {
        byte[]? next;
        lock (_gate)
        {
            next = _newest;
            _newest = null;
            if (next is null)
                _waiting--;
        }

        if (next is not null)
            post(new PongWrite(next, OnEnded));
    }
}
