using System.Net;
using System.Net.Sockets;

namespace AkkaWs.Wire;

/// <summary>Opens TCP to the first address of a host that accepts.</summary>
internal static class TcpDialer
{
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, WireOptions options, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(endPoint.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(endPoint.Host, endPoint.AddressFamily, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.NoData);
        Exception? last = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            try
            {
                // Each address gets its share of the time, so that one that drops packets does not use up that of the others.
                var share = i == addresses.Length - 1 ? Timeout.InfiniteTimeSpan : options.ConnectTimeout / addresses.Length;
                return await ConnectAsync(new IPEndPoint(addresses[i], endPoint.Port), options, share, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failed) when (failed is SocketException or TimeoutException)
            {
                last = failed;
            }
        }

        throw last!;
    }

    private static async ValueTask<Stream> ConnectAsync(IPEndPoint address, WireOptions options, TimeSpan share, CancellationToken cancellationToken)
    {
        var socket = Open(address.AddressFamily, options.TcpKeepAlive);
        using var limit = new CancellationTokenSource(share, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(address, either.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
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
}
