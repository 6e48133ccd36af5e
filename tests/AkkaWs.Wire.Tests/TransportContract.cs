using System.Net.WebSockets;
using System.Text;
using AkkaWs.Wire.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Wire.Tests;

/// <summary>What holds over every transport; the other side is the framework's own WebSocket.</summary>
public abstract class TransportContract
{
    private protected abstract Task<(WireConnection Connection, WebSocket Server)> OpenAsync(WireOptions options);

    [Fact]
    public async Task Messages_of_every_size_travel_both_ways_unchanged()
    {
        var (connection, server) = await OpenAsync(new WireOptions());
        await using var owned = connection;
        foreach (var size in new[] { 0, 1, 125, 126, 4000, 65_535, 65_536, 300_000 })
        {
            var payload = new byte[size];
            new Random(size).NextBytes(payload);
            await connection.SendAsync(WireOpcode.Binary, payload);
            Assert.Equal(payload, await ReceiveAsync(server));
            await server.SendAsync(payload, WebSocketMessageType.Binary, true, CancellationToken.None);
            Assert.Equal(payload, (await connection.MessageAsync()).Payload);
        }
    }

    [Fact]
    public async Task A_burst_of_texts_arrives_in_order()
    {
        const int Count = 3000;
        var (connection, server) = await OpenAsync(new WireOptions());
        await using var owned = connection;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
                await server.SendAsync(Encoding.UTF8.GetBytes($"update {i} grüße"), WebSocketMessageType.Text, true, CancellationToken.None);
        });

        var messages = await connection.MessagesAsync(Count);

        await sending.WaitAsync(Peer.Patience);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"update {i} grüße"), messages.Select(message => message.Text));
    }

    [Fact]
    public async Task Reading_and_writing_go_on_at_the_same_time()
    {
        const int Count = 1000;
        var (connection, server) = await OpenAsync(new WireOptions());
        await using var owned = connection;
        var echo = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
                await server.SendAsync(await ReceiveAsync(server), WebSocketMessageType.Binary, true, CancellationToken.None);
        });
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
                await connection.SendAsync(WireOpcode.Binary, BitConverter.GetBytes(i));
        });

        var messages = await connection.MessagesAsync(Count);

        await Task.WhenAll(echo, sending).WaitAsync(Peer.Patience);
        Assert.Equal(Enumerable.Range(0, Count), messages.Select(message => BitConverter.ToInt32(message.Payload)));
    }

    [Fact]
    public async Task Our_close_is_answered()
    {
        var (connection, server) = await OpenAsync(new WireOptions());
        await using var owned = connection;
        var close = connection.CloseAsync((CloseCode)4000, "over");

        Assert.Empty(await ReceiveAsync(server));
        Assert.Equal(4000, (int)server.CloseStatus!);
        Assert.Equal("over", server.CloseStatusDescription);
        await server.CloseOutputAsync((WebSocketCloseStatus)4000, "yes", CancellationToken.None);
        server.Dispose();

        await close.WaitAsync(Peer.Patience);
        Assert.Equal(new WireCloseStatus((CloseCode)4000, "yes", ByPeer: false), connection.CloseStatus);
    }

    [Fact]
    public async Task A_close_of_the_server_is_answered()
    {
        var (connection, server) = await OpenAsync(new WireOptions());
        await using var owned = connection;
        var closing = server.CloseAsync(WebSocketCloseStatus.PolicyViolation, "rate limit", CancellationToken.None);

        Assert.Null(await connection.BatchAsync());

        await closing.WaitAsync(Peer.Patience);
        Assert.Equal(new WireCloseStatus(CloseCode.PolicyViolation, "rate limit", ByPeer: true), connection.CloseStatus);
        Assert.Equal(WebSocketState.Closed, server.State);
    }

    [Fact]
    public async Task An_abort_ends_a_pending_read()
    {
        var (connection, _) = await OpenAsync(new WireOptions());
        var read = connection.BatchAsync();

        connection.Abort();

        await Assert.ThrowsAsync<WireClosedException>(() => read);
        await connection.DisposeAsync().AsTask().WaitAsync(Peer.Patience);
    }

    [Fact]
    public async Task A_message_beyond_the_limit_fails_with_1009()
    {
        var (connection, server) = await OpenAsync(new WireOptions { MaxMessageSize = 10_000 });
        await using var owned = connection;
        await server.SendAsync(new byte[10_001], WebSocketMessageType.Binary, true, CancellationToken.None);

        await connection.FailsAsync<WireMessageTooBigException>();

        await ReceiveAsync(server);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, server.CloseStatus);
        server.Dispose();
    }

    private protected static async Task<byte[]> ReceiveAsync(WebSocket socket)
    {
        var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(Peer.Patience);
            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage || result.MessageType == WebSocketMessageType.Close)
                return message.ToArray();
        }
    }

    private protected static async Task<(WireConnection Connection, WebSocket Server)> OverKestrelAsync(WireOptions options, bool tls, bool deflate)
    {
        var (url, accepted) = (await WebServer.GetAsync()).Accept(tls, new WebSocketAcceptContext { DangerousEnableCompression = deflate });
        var connection = await WireConnection.ConnectAsync(url, options with
        {
            CertificateValidation = WebServer.Trust,
            Deflate = deflate ? new WireDeflateOptions() : null,
        }).WaitAsync(Peer.Patience);
        return (connection, await accepted);
    }

    private protected static Task<(WireConnection Connection, WebSocket Server)> OverMemoryAsync(WireOptions options, bool deflate)
    {
        var (client, server) = MemoryDuplex.Create();
        var socket = WebSocket.CreateFromStream(server, new WebSocketCreationOptions { IsServer = true, DangerousDeflateOptions = deflate ? new WebSocketDeflateOptions() : null });
        return Task.FromResult((WireConnection.FromStream(client, options with { Deflate = deflate ? new WireDeflateOptions() : null }), socket));
    }
}

public sealed class PlainTransportTests : TransportContract
{
    private protected override Task<(WireConnection Connection, WebSocket Server)> OpenAsync(WireOptions options) => OverKestrelAsync(options, tls: false, deflate: false);
}

public sealed class TlsTransportTests : TransportContract
{
    private protected override Task<(WireConnection Connection, WebSocket Server)> OpenAsync(WireOptions options) => OverKestrelAsync(options, tls: true, deflate: false);
}

public sealed class DeflateTransportTests : TransportContract
{
    private protected override Task<(WireConnection Connection, WebSocket Server)> OpenAsync(WireOptions options) => OverKestrelAsync(options, tls: false, deflate: true);
}

public sealed class MemoryTransportTests : TransportContract
{
    private protected override Task<(WireConnection Connection, WebSocket Server)> OpenAsync(WireOptions options) => OverMemoryAsync(options, deflate: false);
}

public sealed class MemoryDeflateTransportTests : TransportContract
{
    private protected override Task<(WireConnection Connection, WebSocket Server)> OpenAsync(WireOptions options) => OverMemoryAsync(options, deflate: true);
}
