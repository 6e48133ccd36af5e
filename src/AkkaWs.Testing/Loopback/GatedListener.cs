using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace AkkaWs.Testing;

/// <summary>A listener that can stop listening and start again on the same port; meanwhile the kernel refuses connections to it.</summary>
internal sealed class GatedListener(IConnectionListenerFactory factory, IConnectionListener first) : IConnectionListener
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly List<IConnectionListener> _used = [first];
    private readonly ChangeSignal _changed = new();
    private volatile IConnectionListener? _current = first;
    private volatile bool _ended;
    private Socket? _portKeeper;

    public EndPoint EndPoint { get; } = first.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (!_ended)
        {
            var change = _changed.Next;
            if (_current is { } listener)
            {
                if (await listener.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } accepted)
                    return accepted;
                if (ReferenceEquals(listener, _current) && !_ended)
                    await change.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await change.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    internal async Task RefuseAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_current is not { } listener || _ended)
                return;
            _current = null;
            await listener.UnbindAsync(cancellationToken).ConfigureAwait(false);
            // Bound without listening: the port stays ours and every connection to it is refused.
            _portKeeper = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _portKeeper.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _portKeeper.Bind(EndPoint);
            _changed.Pulse();
        }
        finally
        {
            _changing.Release();
        }
    }

    internal async Task ListenAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_current is not null || _ended)
                return;
            _portKeeper?.Dispose();
            _portKeeper = null;
            var listener = await factory.BindAsync(EndPoint, cancellationToken).ConfigureAwait(false);
            _used.Add(listener);
            _current = listener;
            _changed.Pulse();
        }
        finally
        {
            _changing.Release();
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _ended = true;
        if (_current is { } listener)
            await listener.UnbindAsync(cancellationToken).ConfigureAwait(false);
        _changed.Pulse();
    }

    public async ValueTask DisposeAsync()
    {
        _ended = true;
        _changed.Pulse();
        _portKeeper?.Dispose();
        // Kept until now: a listener owns the memory of the connections it accepted.
        foreach (var listener in _used)
            await listener.DisposeAsync().ConfigureAwait(false);
    }
}
