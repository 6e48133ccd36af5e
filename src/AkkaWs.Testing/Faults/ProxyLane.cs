using System.Buffers;
using System.Net.Sockets;

namespace AkkaWs.Testing;

/// <summary>One direction of a proxied connection: reads one socket, and writes to the other what its schedule lets pass.</summary>
internal sealed class ProxyLane(FaultDirection direction, ProxiedConnection connection, FaultSchedule schedule, Random garbage)
{
    private const int ReadSize = 16 * 1024;

    private readonly HeldBytes _held = new();
    private bool _discards;
    private volatile bool _isOver;

    /// <summary>Whether its sender has ended the stream or is gone.</summary>
    internal bool HasEnded => _held.HasEnded;

    /// <summary>Whether the end of the stream was passed on.</summary>
    internal bool IsOver => _isOver;

    /// <summary>Reads until the sender's end.</summary>
    internal async Task ReadAsync(Socket from, CancellationToken cancellationToken)
    {
        var broken = true;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (true)
            {
                await _held.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
                var read = await from.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                broken = read > 0;
                if (!broken)
                    return;
                _held.Add(CopyOf(buffer.AsSpan(0, read)));
                connection.Changed.Pulse();
            }
        }
        catch (Exception exception) when (ProxiedConnection.IsBroken(exception))
        {
            // The sender reset the connection, or the proxy ends: told to the other side like the end of the stream.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _held.End(broken);
            connection.Changed.Pulse();
        }
    }

    /// <summary>Writes until the end of the stream was passed on, and waits for a reset until the other direction is over, too.</summary>
    internal async Task WriteAsync(Socket to, CancellationToken cancellationToken)
    {
        var writing = Task.CompletedTask;
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = connection.Changed.Next;
            if (connection.IsOver)
                break;
            var step = schedule.Next(connection.Now, connection.Position, _held, connection.HasEnded(direction ^ FaultDirection.Both), onlyReset: _isOver || !writing.IsCompleted);
            if (step.Action == LaneAction.Wait)
            {
                var waiting = WaitAsync(changed, step.Until, cancellationToken);
                await (writing.IsCompleted ? waiting : Task.WhenAny(waiting, writing)).ConfigureAwait(false);
            }
            else if (Act(step, to, cancellationToken) is { } begun)
            {
                writing = begun;
            }
            else
            {
                break;
            }
        }

        await writing.ConfigureAwait(false);
    }

    /// <summary>Does what the schedule says; null: nothing comes after it.</summary>
    private Task? Act(LaneStep step, Socket to, CancellationToken cancellationToken)
    {
        switch (step.Action)
        {
            case LaneAction.Pass when _held.First is { } first:
                return PassAsync(to, first.Bytes[..step.Length], cancellationToken);
            case LaneAction.Drop:
                Advance(step.Length);
                return Task.CompletedTask;
            case LaneAction.Perform when step.Fault is InjectFault inject:
                return SendAsync(to, inject.Bytes, cancellationToken);
            case LaneAction.Perform when step.Fault is GarbageFault random:
                return SendAsync(to, Garbage(random.Count), cancellationToken);
            case LaneAction.Perform when step.Fault is FinishFault:
                Finish(to);
                return Task.CompletedTask;
            case LaneAction.End when !_held.IsBroken:
                Finish(to);
                _isOver = true;
                connection.Changed.Pulse();
                return Task.CompletedTask;
            default:
                connection.Reset();
                return null;
        }
    }

    // As large as what was read: a small piece that waits keeps no large buffer.
    private HeldChunk CopyOf(ReadOnlySpan<byte> read)
    {
        var copy = ArrayPool<byte>.Shared.Rent(read.Length);
        read.CopyTo(copy);
        return new HeldChunk(copy, read.Length, connection.Now);
    }

    private byte[] Garbage(int count)
    {
        var bytes = new byte[count];
        garbage.NextBytes(bytes);
        return bytes;
    }

    private async Task WaitAsync(Task changed, TimeSpan? until, CancellationToken cancellationToken)
    {
        var time = until is { } moment ? moment - connection.Now : Timeout.InfiniteTimeSpan;
        if (until is null || time > TimeSpan.Zero)
            await changed.WaitAsync(time, connection.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PassAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await SendAsync(to, bytes, cancellationToken).ConfigureAwait(false);
        schedule.Passed(bytes.Length, connection.Now);
        Advance(bytes.Length);
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty && !_discards)
                bytes = bytes[await to.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
        }
        catch (Exception exception) when (ProxiedConnection.IsBroken(exception))
        {
            // The receiver is gone: its own stream says how, and what is still sent to it vanishes.
            _discards = true;
        }
    }

    private void Advance(int count)
    {
        _held.Advance(count);
        connection.Advance(direction, count);
    }

    private void Finish(Socket to)
    {
        _discards = true;
        try
        {
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (ProxiedConnection.IsBroken(exception))
        {
            // It is gone already.
        }
    }
}
