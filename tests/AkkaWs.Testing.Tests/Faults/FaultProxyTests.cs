using System.Diagnostics;
using System.Net.Sockets;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Testing.Tests;

public sealed class FaultProxyTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly ManualTime _clock = new();

    [Fact]
    public async Task Without_faults_every_byte_and_the_end_pass_both_ways()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        using var client = await ConnectAsync(proxy);
        // More than the proxy and the system hold together.
        var sent = Bytes(6 * 1024 * 1024);

        var sending = SendAndFinishAsync(client, sent);
        var received = await ReadToEndAsync(client);

        await sending;
        Assert.Equal(sent, received);
        await Until(() => proxy.Connections.Count == 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(129)]
    [InlineData(40_000)]
    public async Task A_connection_is_cut_at_exactly_the_byte_asked_for(int cut)
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = number => number switch
        {
            1 => [Fault.Finish() with { AfterBytesToClient = cut }],
            2 => [Fault.Finish(FaultDirection.ToServer) with { AfterBytesToServer = cut }],
            _ => [Fault.Reset() with { AfterBytesToClient = cut }],
        };
        var sent = Bytes(50_000);

        using var finished = await ConnectAsync(proxy);
        var sending = SendAsync(finished, sent);
        Assert.Equal(sent[..cut], await ReadToEndAsync(finished));
        await sending;

        await Until(() => server.Received == 50_000);
        var before = server.Received;
        using var cutToServer = await ConnectAsync(proxy);
        await SendAsync(cutToServer, sent);
        Assert.Equal(sent[..cut], await ReadToEndAsync(cutToServer));
        Assert.Equal(cut, server.Received - before);

        Assert.Equal(sent[..cut], await ReadUntilBrokenAsync(proxy, sent));
    }

    [Fact]
    public async Task A_reset_that_is_scripted_by_time_strikes_an_idle_connection_and_no_other()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        var after = 5 * Moment; // a busy machine notices late that it is connected
        proxy.Plan = number => number == 1 ? [Fault.Reset() with { After = after }] : [];
        var watch = Stopwatch.StartNew();
        using var first = await ConnectAsync(proxy);
        using var second = await ConnectAsync(proxy);

        Assert.Equal(SocketError.ConnectionReset, (await BrokenAsync(first)).SocketErrorCode);

        Assert.True(watch.Elapsed >= after);
        Assert.Equal("hello", await EchoAsync(second, "hello"));
        Assert.Equal(2, proxy.ConnectionsAccepted);
    }

    [Fact]
    public async Task A_connection_whose_receiver_does_not_read_can_be_reset()
    {
        await using var server = new EchoServer(async socket =>
        {
            while (true)
                await socket.SendAsync(new byte[64 * 1024]);
        });
        await using var proxy = FaultProxy.Start(server.Url);
        using var client = await ConnectAsync(proxy);
        // Nothing moves once the buffers of the system and of the proxy are full.
        await Until(() => proxy.Connections is [{ BytesToClient: > 100_000 }]);
        var connection = proxy.Connections[0];

        connection.Apply(Fault.Reset());

        await connection.Closed.WaitAsync(Timeout);
        Assert.False(connection.IsOpen);
    }

    [Fact]
    public async Task A_reset_strikes_by_the_clock_of_the_options()
    {
        await using var server = new EchoServer();
        await using var proxy = StartByClock(server);
        proxy.Plan = _ => [Fault.Reset() with { After = Hour }];
        using var client = await ConnectAsync(proxy);
        await Until(() => _clock.Timers > 0);

        _clock.Advance(Hour - Tick);
        Assert.Equal("hello", await EchoAsync(client, "hello"));
        await Until(() => _clock.Timers > 0);
        _clock.Advance(Tick);

        Assert.Equal(SocketError.ConnectionReset, (await BrokenAsync(client)).SocketErrorCode);
    }

    [Fact]
    public async Task A_reset_reaches_both_sides_after_the_servers_end()
    {
        var broken = new TaskCompletionSource<SocketError>();
        await using var server = new EchoServer(async socket =>
        {
            socket.Shutdown(SocketShutdown.Send);
            try
            {
                await socket.ReceiveAsync(new byte[1]);
            }
            catch (SocketException exception)
            {
                broken.SetResult(exception.SocketErrorCode);
            }
        });
        await using var proxy = FaultProxy.Start(server.Url);
        using var client = await ConnectAsync(proxy);
        Assert.Empty(await ReadToEndAsync(client));
        var connection = Assert.Single(proxy.Connections);

        connection.Apply(Fault.Reset());

        Assert.Equal(SocketError.ConnectionReset, await broken.Task.WaitAsync(Timeout));
        await connection.Closed.WaitAsync(Timeout);
    }

    [Fact]
    public async Task A_reset_by_the_clients_bytes_reaches_both_sides_after_the_clients_end()
    {
        TaskCompletionSource ended = new(), over = new();
        await using var server = new EchoServer(async socket =>
        {
            while (await socket.ReceiveAsync(new byte[10]) > 0)
            {
            }

            ended.SetResult();
            await over.Task.WaitAsync(Timeout);
        });
        await using var proxy = StartByClock(server);
        proxy.Plan = _ => [Fault.Reset() with { AfterBytesToServer = 5, After = Hour }];
        using var client = await ConnectAsync(proxy);
        await SendAndFinishAsync(client, new byte[5]);
        await ended.Task.WaitAsync(Timeout);
        await Until(() => _clock.Timers > 0);

        _clock.Advance(Hour);

        Assert.Equal(SocketError.ConnectionReset, (await BrokenAsync(client)).SocketErrorCode);
        over.SetResult();
    }

    [Theory]
    [InlineData(FaultDirection.ToClient)]
    [InlineData(FaultDirection.ToServer)]
    public async Task A_reset_loses_what_is_still_held(FaultDirection direction)
    {
        await using var server = new EchoServer();
        await using var proxy = StartByClock(server);
        proxy.Plan = _ => [Fault.Delay(Hour, direction: direction)];
        using var client = await ConnectAsync(proxy);
        await SendAsync(client, Bytes(1000));
        await Until(() => _clock.Timers > 0);
        var connection = Assert.Single(proxy.Connections);

        connection.Apply(Fault.Reset());

        await connection.Closed.WaitAsync(Timeout);
        Assert.Equal(0, connection.BytesToClient);
    }

    [Theory]
    [InlineData(FaultDirection.ToClient)]
    [InlineData(FaultDirection.ToServer)]
    [InlineData(FaultDirection.Both)]
    public async Task A_half_open_connection_swallows_what_is_sent_and_keeps_both_sides(FaultDirection direction)
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        using var client = await ConnectAsync(proxy);
        Assert.Equal("hello", await EchoAsync(client, "hello"));
        var connection = Assert.Single(proxy.Connections);

        proxy.Apply(Fault.Swallow(direction));
        await SendAsync(client, new byte[1000]);

        await Until(() => connection.BytesToServer == 1005);
        if (direction == FaultDirection.ToClient)
            await Until(() => connection.BytesToClient == 1005);
        var answer = client.ReceiveAsync(new byte[1], SocketFlags.None);
        Assert.NotSame(answer, await Task.WhenAny(answer, Task.Delay(Moment)));
        Assert.Equal(direction == FaultDirection.ToClient ? 1005 : 5, server.Received);
        Assert.True(connection.IsOpen);

        await proxy.HealAsync();

        await Assert.ThrowsAsync<SocketException>(() => answer.WaitAsync(Timeout));
        await connection.Closed.WaitAsync(Timeout);
    }

    [Fact]
    public async Task The_end_of_a_swallowed_stream_is_swallowed_too()
    {
        var finished = new TaskCompletionSource();
        await using var server = new EchoServer(async socket =>
        {
            await socket.ReceiveAsync(new byte[10]);
            socket.Shutdown(SocketShutdown.Send);
            finished.SetResult();
            await socket.ReceiveAsync(new byte[10]);
        });
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => [Fault.Swallow(FaultDirection.ToClient)];
        using var client = await ConnectAsync(proxy);
        await SendAsync(client, new byte[1]);
        await finished.Task.WaitAsync(Timeout);

        var end = client.ReceiveAsync(new byte[1], SocketFlags.None);

        Assert.NotSame(end, await Task.WhenAny(end, Task.Delay(Moment)));
        await proxy.HealAsync();
        await Assert.ThrowsAsync<SocketException>(() => end.WaitAsync(Timeout));
    }

    [Fact]
    public async Task A_connection_that_lost_bytes_is_reset_when_the_swallowing_is_over()
    {
        await using var server = new EchoServer();
        await using var proxy = StartByClock(server);
        proxy.Plan = _ => [Fault.Swallow(FaultDirection.ToServer) with { Duration = Hour }];
        using var client = await ConnectAsync(proxy);
        await SendAsync(client, Bytes(5));
        await Until(() => proxy.Connections is [{ BytesToServer: 5 }] && _clock.Timers > 0);

        _clock.Advance(Hour);

        Assert.Equal(SocketError.ConnectionReset, (await BrokenAsync(client)).SocketErrorCode);
        Assert.Equal(0, server.Received);
    }

    [Fact]
    public async Task A_connection_that_lost_nothing_goes_on_when_the_swallowing_is_over()
    {
        await using var server = new EchoServer();
        await using var proxy = StartByClock(server);
        proxy.Plan = _ => [Fault.Swallow() with { Duration = Hour }];
        using var client = await ConnectAsync(proxy);
        await Until(() => _clock.Timers == 2);

        _clock.Advance(Hour);

        Assert.Equal("hello", await EchoAsync(client, "hello"));
    }

    [Theory]
    [InlineData(FaultDirection.ToClient)]
    [InlineData(FaultDirection.ToServer)]
    public async Task Delayed_bytes_pass_when_their_time_has_come_and_no_sooner(FaultDirection direction)
    {
        await using var server = new EchoServer();
        await using var proxy = StartByClock(server);
        proxy.Plan = _ => [Fault.Delay(Hour, direction: direction)];
        using var client = await ConnectAsync(proxy);
        await SendAsync(client, "hello"u8.ToArray());
        await Until(() => _clock.Timers > 0);

        _clock.Advance(Hour - Tick);
        Assert.Equal(0, Assert.Single(proxy.Connections).BytesToClient);
        Assert.Equal(direction == FaultDirection.ToClient ? 5 : 0, server.Received);
        _clock.Advance(Tick);

        Assert.Equal("hello", await ReadAsync(client, 5));
    }

    [Theory]
    [InlineData(FaultDirection.ToClient)]
    [InlineData(FaultDirection.ToServer)]
    public async Task A_throttled_stream_passes_a_byte_at_a_time(FaultDirection direction)
    {
        await using var server = new EchoServer();
        await using var proxy = StartByClock(server);
        proxy.Plan = _ => [Fault.Throttle(10, direction)];
        using var client = await ConnectAsync(proxy);
        await SendAsync(client, "hello"u8.ToArray());
        await Until(() => proxy.Connections.Count == 1);
        var connection = proxy.Connections[0];

        for (var passed = 1; passed < 5; passed++)
        {
            await Until(() => (direction == FaultDirection.ToClient ? connection.BytesToClient : connection.BytesToServer) == passed && _clock.Timers > 0);
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal("hello", await ReadAsync(client, 5));
    }

    [Fact]
    public async Task Delayed_bytes_come_late_and_in_order()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => [Fault.Delay(Moment, Moment, FaultDirection.ToClient)];
        using var client = await ConnectAsync(proxy);
        var sent = Bytes(100_000);

        var watch = Stopwatch.StartNew();
        var sending = SendAndFinishAsync(client, sent);
        await client.ReceiveAsync(new Memory<byte>(), SocketFlags.None);

        Assert.True(watch.Elapsed >= Moment);
        Assert.Equal(sent, await ReadToEndAsync(client));
        await sending;
    }

    [Fact]
    public async Task A_throttled_stream_takes_its_time()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => [Fault.Throttle(100_000, FaultDirection.ToClient)];
        using var client = await ConnectAsync(proxy);
        var sent = Bytes(50_000);

        var watch = Stopwatch.StartNew();
        var sending = SendAndFinishAsync(client, sent);

        Assert.Equal(sent, await ReadToEndAsync(client));
        // Half a second, less the last piece, which nothing follows.
        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(390), $"{watch.Elapsed}");
        await sending;
    }

    [Fact]
    public async Task Bytes_can_be_put_into_the_stream_once_the_client_has_spoken()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => [
            Fault.Swallow(FaultDirection.ToServer) with { AfterBytesToServer = 3 },
            Fault.Inject("<html>"u8.ToArray()) with { AfterBytesToServer = 5 },
            Fault.Finish() with { AfterBytesToServer = 5 },
        ];
        using var client = await ConnectAsync(proxy);

        await SendAsync(client, "hello"u8.ToArray());

        // The echo of the first three bytes may come before the page, or be cut by the end.
        var received = System.Text.Encoding.ASCII.GetString(await ReadToEndAsync(client));
        Assert.Contains("<html>", received, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => server.Received == 3, TimeSpan.FromSeconds(30)), $"The server got {server.Received} bytes.");
    }

    [Fact]
    public async Task Bytes_are_put_into_the_stream_at_exactly_the_byte_asked_for()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => [Fault.Inject("<html>"u8.ToArray()) with { AfterBytesToClient = 3 }];
        using var client = await ConnectAsync(proxy);

        await SendAsync(client, "hello"u8.ToArray());

        Assert.Equal("hel<html>lo", await ReadAsync(client, 11));
    }

    [Fact]
    public async Task Bytes_and_garbage_can_be_put_into_the_clients_stream()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => [Fault.Inject("GET"u8.ToArray(), FaultDirection.ToServer), Fault.Garbage(500, FaultDirection.ToServer), Fault.Finish(FaultDirection.ToServer)];
        using var client = await ConnectAsync(proxy);

        var received = await ReadToEndAsync(client);

        Assert.Equal("GET"u8.ToArray(), received[..3]);
        Assert.Equal(503, received.Length);
        Assert.Equal(503, server.Received);
    }

    [Fact]
    public async Task Garbage_is_another_on_each_connection()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => [Fault.Garbage(500), Fault.Finish()];
        using var first = await ConnectAsync(proxy);
        using var second = await ConnectAsync(proxy);

        Assert.NotEqual(await ReadToEndAsync(first), await ReadToEndAsync(second));
    }

    [Fact]
    public async Task Garbage_is_the_same_for_the_same_seed_and_another_for_another()
    {
        var (one, same, other) = (await GarbageAsync(7), await GarbageAsync(7), await GarbageAsync(8));

        Assert.Equal(one, same);
        Assert.Equal(500, one.Length);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task Refused_connections_are_refused_by_the_system_until_they_are_accepted_again_on_the_same_port()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        using var early = await ConnectAsync(proxy);

        for (var round = 0; round < 3; round++)
        {
            await proxy.RefuseAsync();
            var refused = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(proxy));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
            Assert.Equal("still here", await EchoAsync(early, "still here"));

            await proxy.AcceptAsync();
            using var late = await ConnectAsync(proxy);
            Assert.Equal("back", await EchoAsync(late, "back"));
        }
    }

    [Fact]
    public async Task Healing_ends_what_lasts_and_forgets_what_was_to_come()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => [Fault.Throttle(1), Fault.Reset() with { AfterBytesToServer = 5 }];
        using var client = await ConnectAsync(proxy);
        await SendAsync(client, "hello"u8.ToArray());
        await Until(() => proxy.Connections is [{ BytesToServer: > 0 }]);
        await proxy.RefuseAsync();

        await proxy.HealAsync();

        Assert.Equal("hello", await ReadAsync(client, 5));
        using var next = await ConnectAsync(proxy);
        Assert.Equal("hello again", await EchoAsync(next, "hello again"));
    }

    [Fact]
    public async Task A_server_that_resets_resets_the_client()
    {
        await using var server = new EchoServer(async socket =>
        {
            await socket.ReceiveAsync(new byte[10]);
            socket.LingerState = new LingerOption(true, 0);
        });
        await using var proxy = FaultProxy.Start(server.Url);
        using var client = await ConnectAsync(proxy);

        await SendAsync(client, new byte[1]);

        Assert.Equal(SocketError.ConnectionReset, (await BrokenAsync(client)).SocketErrorCode);
    }

    [Fact]
    public async Task A_server_that_is_not_there_resets_the_client()
    {
        await using var nobody = FaultProxy.Start(new Uri("tcp://127.0.0.1:9/"));
        await nobody.RefuseAsync();
        await using var proxy = FaultProxy.Start(nobody.Url);

        await BrokenAsync(proxy);

        await Until(() => proxy.Connections.Count == 0);
    }

    [Fact]
    public async Task Connections_beyond_the_bound_are_reset()
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url, new FaultProxyOptions { MaxConnections = 1 });
        using var first = await ConnectAsync(proxy);
        Assert.Equal("hello", await EchoAsync(first, "hello"));

        await BrokenAsync(proxy);

        Assert.Equal("hello", await EchoAsync(first, "hello"));
    }

    [Fact]
    public async Task A_plan_that_throws_resets_its_connection_and_comes_out_at_the_end()
    {
        await using var server = new EchoServer();
        var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = _ => throw new FormatException("no such plan");

        await BrokenAsync(proxy);

        Assert.Equal("no such plan", (await Assert.ThrowsAsync<FormatException>(() => proxy.DisposeAsync().AsTask().WaitAsync(Timeout))).Message);
    }

    [Fact]
    public async Task The_end_of_the_proxy_resets_every_connection_whatever_it_suffers_and_frees_the_port()
    {
        await using var server = new EchoServer();
        var proxy = FaultProxy.Start(server.Url);
        proxy.Plan = number => number switch
        {
            1 => [Fault.Swallow()],
            2 => [Fault.Throttle(1)],
            3 => [Fault.Delay(TimeSpan.FromHours(1))],
            _ => [],
        };
        List<Socket> clients = [];
        for (var i = 0; i < 4; i++)
        {
            clients.Add(await ConnectAsync(proxy));
            await SendAsync(clients[i], Bytes(10_000));
        }

        await proxy.DisposeAsync().AsTask().WaitAsync(Timeout);

        Assert.Empty(proxy.Connections);
        foreach (var client in clients)
        {
            await BrokenAsync(client);
            client.Dispose();
        }

        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(proxy));
        await Assert.ThrowsAsync<ObjectDisposedException>(proxy.AcceptAsync);
        await proxy.DisposeAsync();
    }

    [Fact]
    public async Task WebSockets_go_through_it()
    {
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            while (await connection.ReceiveTextAsync(ct) is { } text)
                await connection.SendTextAsync(text, ct);
        });
        await using var proxy = FaultProxy.Start(server.Url);
        await using var client = await TestClient.ConnectAsync(proxy.Url);
        await client.SendAsync("through the proxy");
        Assert.Equal("through the proxy", await client.ReceiveTextAsync());

        proxy.Apply(Fault.Reset());

        await client.UntilBrokenAsync();
    }

    private FaultProxy StartByClock(EchoServer server) => FaultProxy.Start(server.Url, new FaultProxyOptions { TimeProvider = _clock });

    private static async Task<byte[]> GarbageAsync(int seed)
    {
        await using var server = new EchoServer();
        await using var proxy = FaultProxy.Start(server.Url, new FaultProxyOptions { Seed = seed });
        proxy.Plan = _ => [Fault.Garbage(500), Fault.Finish()];
        using var client = await ConnectAsync(proxy);
        return await ReadToEndAsync(client);
    }

    private static async Task<Socket> ConnectAsync(FaultProxy proxy)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(proxy.Url.Host, proxy.Url.Port).WaitAsync(Timeout);
        return socket;
    }

    private static async Task<string> EchoAsync(Socket socket, string text)
    {
        await SendAsync(socket, System.Text.Encoding.ASCII.GetBytes(text));
        return await ReadAsync(socket, text.Length);
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        try
        {
            await stream.WriteAsync(bytes).AsTask().WaitAsync(Timeout);
        }
        catch (IOException)
        {
            // Cut while it was sent: what arrived is what counts.
        }
    }

    private static async Task SendAndFinishAsync(Socket socket, byte[] bytes)
    {
        await SendAsync(socket, bytes);
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<string> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Timeout);
        return System.Text.Encoding.ASCII.GetString(bytes);
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        await ReadToEndAsync(socket, all);
        return all.ToArray();
    }

    private static async Task ReadToEndAsync(Socket socket, MemoryStream all)
    {
        using var deadline = new CancellationTokenSource(Timeout);
        var buffer = new byte[8192];
        while (await socket.ReceiveAsync(buffer, deadline.Token) is > 0 and var read)
            all.Write(buffer, 0, read);
    }

    /// <summary>What a client that sends gets before its connection breaks; the error may go to its sending, or to its connecting.</summary>
    private static async Task<byte[]> ReadUntilBrokenAsync(FaultProxy proxy, byte[] sent)
    {
        using var all = new MemoryStream();
        try
        {
            using var client = await ConnectAsync(proxy);
            await SendAsync(client, sent);
            await ReadToEndAsync(client, all);
        }
        catch (SocketException)
        {
            // As planned.
        }

        return all.ToArray();
    }

    private static Task<SocketException> BrokenAsync(Socket socket) => Assert.ThrowsAsync<SocketException>(() => ReadToEndAsync(socket));

    private static Task<SocketException> BrokenAsync(FaultProxy proxy) => Assert.ThrowsAsync<SocketException>(async () =>
    {
        using var client = await ConnectAsync(proxy);
        await ReadToEndAsync(client);
    });

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Timeout);
        while (!condition())
            await Task.Delay(5, deadline.Token);
    }
}
