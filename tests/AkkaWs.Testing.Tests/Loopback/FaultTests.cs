using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace AkkaWs.Testing.Tests;

public sealed class FaultTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Dropped_connections_are_reset_without_a_close_frame_and_new_ones_are_accepted()
    {
        await using var server = await StartEchoAsync();
        await using var client = await TestClient.ConnectAsync(server.Url);
        await using var other = await TestClient.ConnectAsync(server.Url);
        await server.WaitForConnectionsAsync(2);

        await server.DropAllAsync().WaitAsync(Timeout);

        Assert.Equal(0, server.ConnectionCount);
        var broken = await client.UntilBrokenAsync();
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(broken.GetBaseException()).SocketErrorCode);
        await other.UntilBrokenAsync();
        await using var next = await TestClient.ConnectAsync(server.Url);
        await next.SendAsync("again");
        Assert.Equal("again", await next.ReceiveTextAsync());
        Assert.Equal(3, server.ConnectionHistory[^1].Number);
    }

    [Fact]
    public async Task A_client_that_has_just_connected_is_dropped_too()
    {
        await using var server = await StartEchoAsync();
        for (var i = 0; i < 20; i++)
        {
            await using var client = await TestClient.ConnectAsync(server.Url);
            await server.DropAllAsync().WaitAsync(Timeout);
            await client.UntilBrokenAsync();
        }
    }

    [Fact]
    public async Task Closed_connections_see_the_code_and_finish_the_handshake()
    {
        await using var server = await StartEchoAsync();
        await using var client = await TestClient.ConnectAsync(server.Url);
        await server.WaitForConnectionsAsync(1);

        var closing = server.CloseAllAsync(WebSocketCloseStatus.EndpointUnavailable, "maintenance");
        Assert.Null(await client.ReceiveBytesAsync());
        await client.Socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None).WaitAsync(Timeout);
        await closing.WaitAsync(Timeout);

        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.Socket.CloseStatus);
        Assert.Equal("maintenance", client.Socket.CloseStatusDescription);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, server.ConnectionHistory[0].ClientCloseStatus);
    }

    [Fact]
    public async Task A_stalled_server_answers_nothing_until_it_resumes_and_loses_nothing()
    {
        await using var server = await StartEchoAsync();
        await using var client = await TestClient.ConnectAsync(server.Url);
        await server.WaitForConnectionsAsync(1);
        server.Stall();

        await client.SendAsync("one");
        var answer = client.ReceiveTextAsync();
        using var upgrade = new ClientWebSocket();
        var connecting = upgrade.ConnectAsync(server.Url, CancellationToken.None);
        await Assert.ThrowsAsync<TimeoutException>(() => server.WaitForAsync(() => server.ConnectionHistory[0].ReceivedCount > 0, timeout: TimeSpan.FromMilliseconds(200)));
        Assert.False(answer.IsCompleted);
        Assert.False(connecting.IsCompleted);
        Assert.True(server.IsStalled);

        server.Resume();

        Assert.Equal("one", await answer);
        await connecting.WaitAsync(Timeout);
    }

    [Fact]
    public async Task A_stalled_server_sends_no_pongs()
    {
        await using var server = await StartEchoAsync();
        // The first ping leaves long after the server stopped reading.
        await using var client = await TestClient.ConnectAsync(server.Url, Pinging(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1)));
        await server.WaitForConnectionsAsync(1);

        server.Stall();

        await Assert.ThrowsAsync<OperationCanceledException>(() => client.ReceiveBytesAsync());
        Assert.Equal(0, server.ConnectionHistory[0].PingsReceived);
    }

    [Fact]
    public async Task Pongs_can_be_withheld_while_messages_flow()
    {
        await using var server = await StartEchoAsync();
        server.AnswerPings = false;
        await using var patient = await TestClient.ConnectAsync(server.Url, Pinging(TimeSpan.FromMilliseconds(50), Timeout));
        await server.WaitForAsync(() => server.ConnectionHistory is [{ PingsReceived: > 0 }], "a ping");
        await patient.SendAsync("hello");
        Assert.Equal("hello", await patient.ReceiveTextAsync());
        Assert.Equal(WebSocketState.Open, patient.Socket.State);

        await using var impatient = await TestClient.ConnectAsync(server.Url, Pinging(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        await Assert.ThrowsAsync<OperationCanceledException>(() => impatient.ReceiveBytesAsync());
    }

    [Fact]
    public async Task Answered_pings_are_counted_and_keep_the_client()
    {
        await using var server = await StartEchoAsync();
        await using var client = await TestClient.ConnectAsync(server.Url, Pinging(TimeSpan.FromMilliseconds(50), Timeout));
        var receiving = client.ReceiveTextAsync();
        var connection = await server.WaitForConnectionAsync(1);

        await server.WaitForAsync(() => connection.PingsReceived >= 3, "three pings");

        Assert.Equal(WebSocketState.Open, client.Socket.State);
        await connection.SendTextAsync("done");
        Assert.Equal("done", await receiving);
    }

    [Fact]
    public async Task Upgrades_are_refused_with_a_status_and_retry_after_as_often_as_asked()
    {
        await using var server = await StartEchoAsync();
        server.RefuseConnections(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1.5), times: 2);

        for (var i = 0; i < 2; i++)
        {
            using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(server.Url, CancellationToken.None).WaitAsync(Timeout));
            Assert.Equal(HttpStatusCode.TooManyRequests, socket.HttpStatusCode);
            Assert.Equal("2", Assert.Single(socket.HttpResponseHeaders!["Retry-After"]));
        }

        await using var client = await TestClient.ConnectAsync(server.Url);
        Assert.Equal(2, server.UpgradesRefused);
    }

    [Fact]
    public async Task Upgrades_are_refused_until_they_are_accepted_again_and_open_connections_stay()
    {
        await using var server = await StartEchoAsync();
        await using var early = await TestClient.ConnectAsync(server.Url);
        server.RefuseConnections(HttpStatusCode.Unauthorized);
        using (var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } })
        {
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(server.Url, CancellationToken.None).WaitAsync(Timeout));
            Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
        }

        await server.AcceptConnectionsAsync();

        await using var late = await TestClient.ConnectAsync(server.Url);
        await early.SendAsync("still here");
        Assert.Equal("still here", await early.ReceiveTextAsync());
    }

    [Fact]
    public async Task Tcp_connections_are_refused_and_accepted_again_on_the_same_port()
    {
        await using var server = await StartEchoAsync();
        await using var early = await TestClient.ConnectAsync(server.Url);

        for (var round = 0; round < 3; round++)
        {
            await server.RefuseTcpAsync();
            using (var socket = new ClientWebSocket())
            {
                var refused = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(server.Url, CancellationToken.None).WaitAsync(Timeout));
                Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.GetBaseException()).SocketErrorCode);
            }

            await early.SendAsync("still here");
            Assert.Equal("still here", await early.ReceiveTextAsync());
            await server.AcceptConnectionsAsync();
            await using var late = await TestClient.ConnectAsync(server.Url);
            await late.SendAsync("back");
            Assert.Equal("back", await late.ReceiveTextAsync());
        }
    }

    [Fact]
    public async Task A_wait_that_runs_out_says_what_was_awaited_and_what_was_seen()
    {
        await using var server = await StartEchoAsync();
        await using var client = await TestClient.ConnectAsync(server.Url);
        await client.SendAsync("a word");
        Assert.Equal("a word", await client.ReceiveTextAsync());

        var error = await Assert.ThrowsAsync<TimeoutException>(() => server.WaitForMessageAsync(message => message.Text == "never", "the magic word", TimeSpan.FromMilliseconds(50)));

        Assert.Contains("the magic word", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 open", error.Message, StringComparison.Ordinal);
        Assert.Contains("#1.0 a word", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_keeps_the_last_messages_and_counts_all()
    {
        await using var server = await ScriptedServer.StartAsync((connection, ct) => connection.UntilClosedAsync(ct), new ScriptedServerOptions { LedgerCapacity = 3 });
        await using var client = await TestClient.ConnectAsync(server.Url);
        for (var i = 0; i < 10; i++)
            await client.SendAsync($"m{i}");

        var last = await server.WaitForMessageAsync(message => message.Text == "m9");

        Assert.Equal(9, last.Index);
        Assert.Equal(10, server.ConnectionHistory[0].ReceivedCount);
        Assert.Equal(["m7", "m8", "m9"], server.ConnectionHistory[0].Received.Select(message => message.Text));
    }

    private static Task<ScriptedServer> StartEchoAsync() => ScriptedServer.StartAsync(async (connection, ct) =>
    {
        while (await connection.ReceiveTextAsync(ct) is { } text)
            await connection.SendTextAsync(text, ct);
    });

    private static Action<ClientWebSocketOptions> Pinging(TimeSpan interval, TimeSpan timeout) => options =>
    {
        options.KeepAliveInterval = interval;
        options.KeepAliveTimeout = timeout;
    };
}
