using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing.Tests;

public sealed class ScriptedServerTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_script_converses_and_its_end_closes_the_connection_normally()
    {
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            var name = await connection.ReceiveTextAsync(ct);
            await connection.SendTextAsync($"hello {name}", ct);
        });
        await using var client = await TestClient.ConnectAsync(new Uri(server.Url, "/a/path?x=1"), options => options.SetRequestHeader("X-Token", "abc"));

        await client.SendAsync("Ada");

        Assert.Equal("hello Ada", await client.ReceiveTextAsync());
        Assert.Null(await client.ReceiveBytesAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Timeout);
        await server.WaitForConnectionsAsync(0);
        var connection = Assert.Single(server.ConnectionHistory);
        Assert.Equal("/a/path?x=1", connection.PathAndQuery);
        Assert.Equal("abc", connection.RequestHeaders["x-token"]);
        Assert.Equal("Ada", Assert.Single(connection.Received).Text);
        Assert.Equal(1, connection.SentCount);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, connection.ClientCloseStatus);
    }

    [Fact]
    public async Task A_message_in_fragments_that_split_a_character_arrives_whole()
    {
        var bytes = Encoding.UTF8.GetBytes("50 €");
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            await connection.SendFragmentsAsync([bytes.AsMemory(0, 1), bytes.AsMemory(1, 3), bytes.AsMemory(4)], ct);
            await connection.UntilClosedAsync(ct);
        });
        await using var client = await TestClient.ConnectAsync(server.Url);

        Assert.Equal("50 €", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Raw_bytes_reach_the_client_unframed()
    {
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            await connection.SendRawAsync((byte[])[0x81, 2, (byte)'h', (byte)'i'], ct);
            // A reserved opcode: the client has to fail the connection.
            await connection.SendRawAsync((byte[])[0x83, 0], ct);
            await connection.UntilClosedAsync(ct);
        });
        await using var client = await TestClient.ConnectAsync(server.Url);

        Assert.Equal("hi", await client.ReceiveTextAsync());
        await client.UntilBrokenAsync();
    }

    [Fact]
    public async Task A_private_close_code_and_its_reason_arrive()
    {
        await using var server = await ScriptedServer.StartAsync((connection, ct) => connection.CloseAsync((WebSocketCloseStatus)4001, "session expired", ct));
        await using var client = await TestClient.ConnectAsync(server.Url);

        Assert.Null(await client.ReceiveBytesAsync());
        Assert.Equal(4001, (int)client.Socket.CloseStatus!.Value);
        Assert.Equal("session expired", client.Socket.CloseStatusDescription);
    }

    [Fact]
    public async Task A_ping_is_answered_and_counted()
    {
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            await connection.PingAsync("still there?", ct);
            await connection.UntilClosedAsync(ct);
        });
        await using var client = await TestClient.ConnectAsync(server.Url);
        var receiving = client.ReceiveBytesAsync();

        var connection = await server.WaitForConnectionAsync(1);
        await server.WaitForAsync(() => connection.PongsReceived == 1, "a pong");

        connection.Drop();
        await Assert.ThrowsAsync<WebSocketException>(() => receiving);
    }

    [Fact]
    public async Task A_failing_script_resets_its_connection_and_its_exception_comes_out()
    {
        var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            await connection.ReceiveAsync(ct);
            throw new InvalidDataException("the script's own");
        });
        await using var client = await TestClient.ConnectAsync(server.Url);
        await client.SendAsync("go");

        await client.UntilBrokenAsync();
        Assert.Equal("the script's own", (await Assert.ThrowsAsync<InvalidDataException>(() => server.WaitForConnectionsAsync(7))).Message);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await server.DisposeAsync());
    }

    [Fact]
    public async Task An_upgrade_can_be_answered_by_the_test()
    {
        var options = new ScriptedServerOptions
        {
            OnUpgrade = context =>
            {
                context.Response.StatusCode = StatusCodes.Status402PaymentRequired;
                context.Response.Headers["X-Plan"] = "expired";
                return ValueTask.FromResult(false);
            },
        };
        await using var server = await ScriptedServer.StartAsync((_, _) => Task.CompletedTask, options);
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(server.Url, CancellationToken.None).WaitAsync(Timeout));

        Assert.Equal(HttpStatusCode.PaymentRequired, socket.HttpStatusCode);
        Assert.Equal("expired", Assert.Single(socket.HttpResponseHeaders!["X-Plan"]));
        Assert.Equal(0, server.ConnectionsAccepted);
    }

    [Fact]
    public async Task A_subprotocol_and_compression_are_negotiated_when_asked_for()
    {
        var options = new ScriptedServerOptions { SubProtocol = "v2.feed", EnableCompression = true };
        await using var server = await ScriptedServer.StartAsync((connection, ct) => connection.SendTextAsync(new string('a', 10_000), ct), options);
        await using var client = await TestClient.ConnectAsync(server.Url, socket =>
        {
            socket.AddSubProtocol("v2.feed");
            socket.DangerousDeflateOptions = new WebSocketDeflateOptions();
        });

        Assert.Equal("v2.feed", client.Socket.SubProtocol);
        Assert.Equal(10_000, (await client.ReceiveTextAsync())!.Length);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_answered_with_1009()
    {
        await using var server = await ScriptedServer.StartAsync(
            (connection, ct) => connection.UntilClosedAsync(ct), new ScriptedServerOptions { MaxMessageBytes = 100 });
        await using var client = await TestClient.ConnectAsync(server.Url);

        await client.SendAsync(new string('x', 101));

        Assert.Null(await client.ReceiveBytesAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.Socket.CloseStatus);
    }
}
