using System.Net;
using System.Net.Sockets;

namespace AkkaWs.Wire;

/// <summary>
/// Opens TCP to the first address of a host that accepts. Addresses are tried beside each other, families in turn, each a moment after the one before (RFC 8305), so
/// that one which drops packets costs that moment only.
/// </summary>
internal sealed class TcpDialer(AddressBook addresses)
{
    // RFC 8305, section 5: the recommended delay between two attempts.
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    // No more than so many addresses are tried at one attempt.
    private const int MaxAddresses = 8;

    /// <summary>The one of the process: what one connection learned of a host helps all.</summary>
    public static TcpDialer Shared { get; } = new(AddressBook.Shared);

    /// <summary>For one upgrade, which says at its end whether the addresses that it connected to are good.</summary>
    public DialedAddresses Begin() => new(addresses);

    public async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, WireOptions options, DialedAddresses dialed, CancellationToken cancellationToken)
    {
        var found = await addresses.FindAsync(endPoint, options, cancellationToken).ConfigureAwait(false);
        if (found.Addresses.Count == 0)
            throw new SocketException((int)SocketError.NoData);
        var turns = InTurn(found.Addresses);
        var dial = dialed.Add(endPoint.Host, found with { Addresses = turns });
        var accepted = await RaceAsync(turns, endPoint.Port, options, cancellationToken).ConfigureAwait(false);
        dial.Accepted = accepted.Address;
        return new NetworkStream(accepted.Socket, ownsSocket: true);
    }

    /// <summary>The first address, then its own and the other family in turn (RFC 8305, section 4).</summary>
    internal static IReadOnlyList<IPAddress> InTurn(IReadOnlyList<IPAddress> found)
    {
        var own = new Queue<IPAddress>(found.Where(address => address.AddressFamily == found[0].AddressFamily));
        var other = new Queue<IPAddress>(found.Where(address => address.AddressFamily != found[0].AddressFamily));
        List<IPAddress> turns = [];
        while (turns.Count < MaxAddresses && own.Count + other.Count > 0)
        {
            if (own.TryDequeue(out var one))
                turns.Add(one);
            if (other.TryDequeue(out var another))
                turns.Add(another);
        }

        return turns;
    }

    private static async Task<Dialed> RaceAsync(IReadOnlyList<IPAddress> found, int port, WireOptions options, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = new Queue<IPAddress>(found);
        List<Task<Dialed>> dials = [];
        List<Task> running = [];
        try
        {
            while (true)
            {
                if (next.TryDequeue(out var address))
                {
                    dials.Add(DialAsync(new IPEndPoint(address, port), options, over.Token));
                    running.Add(dials[^1]);
                }
                else if (running.Count == 0)
                {
                    // The preferred address tells most: of the others, some may never have been reachable from here.
                    return await dials[0].ConfigureAwait(false);
                }

                var pause = next.Count > 0 ? Task.Delay(AttemptDelay, options.TimeProvider, over.Token) : null;
                var done = await Task.WhenAny(pause is null ? running : [.. running, pause]).ConfigureAwait(false);
                if (done == pause)
                    continue;
                running.Remove(done);
                try
                {
                    return await ((Task<Dialed>)done).ConfigureAwait(false);
                }
                catch (SocketException)
                {
                    // The others go on.
                }
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            foreach (var late in running)
                _ = late.ContinueWith(Drop, TaskScheduler.Default);
        }
    }

    // One that connected all the same is not needed; how another failed says nothing any more.
    private static void Drop(Task late)
    {
        if (late.IsCompletedSuccessfully)
            ((Task<Dialed>)late).Result.Socket.Dispose();
        else
            _ = late.Exception;
    }

    private static async Task<Dialed> DialAsync(IPEndPoint endPoint, WireOptions options, CancellationToken cancellationToken)
    {
        var socket = Open(endPoint.AddressFamily, options.TcpKeepAlive);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new Dialed(socket, endPoint.Address);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket that is ready to connect.</summary>
    public static Socket Open(AddressFamily family, TimeSpan? keepAlive)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (keepAlive is not { } interval)
            return socket;
        var seconds = (int)Math.Ceiling(interval.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, seconds);
        return socket;
    }

    // The address beside it: a socket that was reset meanwhile no longer tells its own.
    private sealed record Dialed(Socket Socket, IPAddress Address);
}
