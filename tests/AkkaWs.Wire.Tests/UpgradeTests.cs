using System.Net;
using System.Net.Sockets;
using System.Text;
using AkkaWs.Wire.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Wire.Tests;

public sealed class UpgradeTests
{
    private const string Secret = "s3nt1nel";
    private static readonly WireOptions Default = new();

    [Theory]
    [InlineData("http://localhost/")]
    [InlineData("ftp://localhost/")]
    [InlineData("ws://user:s3nt1nel@localhost/")]
    [InlineData("ws://localhost/#s3nt1nel")]
    public async Task A_URL_that_is_no_WebSocket_URL_is_refused_without_repeating_it(string url)
    {
        var failure = await Assert.ThrowsAsync<WireArgumentException>(() => WireConnection.ConnectAsync(new Uri(url), Default));

        Assert.Equal("url", failure.Argument);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_a_name_in_ASCII_is_refused_in_a_URL_and_in_a_redirect()
    {
        var nowhere = new string('é', 64) + ".example";
        var server = await WebServer.GetAsync();
        var redirecting = server.Route(Redirecting($"http://{Uri.EscapeDataString(nowhere)}/"));

        var refused = await Assert.ThrowsAsync<WireArgumentException>(() => ConnectAsync(new Uri($"wss://{nowhere}/"), Default));

        Assert.Equal("url", refused.Argument);
        var redirected = await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(redirecting, Default with { FollowRedirects = true }));
        Assert.Equal(HttpStatusCode.Redirect, redirected.HttpStatusCode);
    }

    [Theory]
    [InlineData("X-Key", "a\r\nX-Evil: b")]
    [InlineData("X-Key", "a\0b")]
    [InlineData("X Key", "a")]
    [InlineData("X-Key\r\n", "a")]
    [InlineData("Sec-WebSocket-Key", "a")]
    [InlineData("upgrade", "h2c")]
    [InlineData("X-Key", "é")]
    [InlineData("Host", "a, b")]
    [InlineData("Host", "a b")]
    [InlineData("Host", "a/b")]
    [InlineData("host", "")]
    public async Task A_header_that_could_smuggle_or_replace_is_refused(string name, string value)
    {
        var failure = await Assert.ThrowsAsync<WireArgumentException>(() => ConnectAsync(new Uri("ws://localhost/"), Default with { Headers = [new(name, value)] }));

        Assert.Equal(nameof(WireOptions.Headers), failure.Argument);
    }

    [Fact]
    public async Task Two_Host_headers_are_refused()
    {
        var failure = await Assert.ThrowsAsync<WireArgumentException>(() => ConnectAsync(new Uri("ws://localhost/"), Default with { Headers = [new("Host", "a"), new("host", "a")] }));

        Assert.Equal(nameof(WireOptions.Headers), failure.Argument);
    }

    [Theory]
    [InlineData("venue.example")]
    [InlineData("venue.example:8443")]
    [InlineData("[::1]:80")]
    [InlineData("10.0.0.1")]
    public async Task A_Host_header_with_one_host_is_sent(string host)
    {
        var seen = new TaskCompletionSource<string>();
        await using var server = new RawServer(async (_, stream) => seen.SetResult(await RawServer.ReadRequestAsync(stream)));

        await Assert.ThrowsAnyAsync<WireException>(() => ConnectAsync(server.Url, Default with { Headers = [new("Host", host)] }));

        Assert.Contains($"\r\nHost: {host}\r\n", await seen.Task, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warm_up_upgrades_in_memory_once_for_all()
    {
        var first = WireConnection.WarmUpAsync();

        Assert.Same(first, WireConnection.WarmUpAsync());
        await first.WaitAsync(Peer.Patience);
    }

    [Fact]
    public async Task Options_outside_their_range_are_refused_by_name()
    {
        WireOptions[] wrong =
        [
            Default with { SlabSize = 255 }, Default with { MaxMessageSize = 0 }, Default with { MaxFrameSize = 0 }, Default with { MaxFragments = 0 }, Default with { MaxControlFramesPerSecond = 0 },
            Default with { MaxQueuedWrites = 0 }, Default with { MaxQueuedBytes = 0 }, Default with { FragmentSize = 0 }, Default with { ConnectTimeout = TimeSpan.Zero }, Default with { CloseTimeout = TimeSpan.Zero },
            Default with { TcpKeepAlive = TimeSpan.Zero }, Default with { SubProtocols = ["a b"] }, Default with { Deflate = new WireDeflateOptions { ClientMaxWindowBits = 8 } },
        ];
        var named = new List<string>();
        foreach (var options in wrong)
            named.Add((await Assert.ThrowsAsync<WireArgumentException>(() => ConnectAsync(new Uri("ws://localhost/"), options))).Argument);

        Assert.Equal(
            ["SlabSize", "MaxMessageSize", "MaxFrameSize", "MaxFragments", "MaxControlFramesPerSecond", "MaxQueuedWrites", "MaxQueuedBytes", "FragmentSize", "ConnectTimeout", "CloseTimeout", "TcpKeepAlive", "SubProtocols", "ClientMaxWindowBits"],
            named);
    }

    [Fact]
    public async Task Headers_and_sub_protocols_reach_the_server_and_its_choice_is_told()
    {
        var server = await WebServer.GetAsync();
        var seen = new TaskCompletionSource<HeaderDictionary>();
        var url = server.Route(async context =>
        {
            seen.SetResult(new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value)));
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v2");
        });

        await using var connection = await ConnectAsync(url, Default with { Headers = [new("X-Api-Key", "k"), new("Origin", "https://example.org")], SubProtocols = ["v1", "v2"] });

        Assert.Equal("v2", connection.SubProtocol);
        var headers = await seen.Task;
        Assert.Equal("k", headers["X-Api-Key"]);
        Assert.Equal("https://example.org", headers["Origin"]);
        Assert.Equal("v1, v2", headers["Sec-WebSocket-Protocol"]);
        Assert.Equal("13", headers["Sec-WebSocket-Version"]);
        Assert.False(headers.ContainsKey("Cookie"));
        Assert.False(headers.ContainsKey("traceparent"));
    }

    [Theory]
    [InlineData("Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("X-Nothing: x")]
    [InlineData("Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: never-offered")]
    [InlineData("Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Extensions: permessage-deflate")]
    [InlineData("Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Extensions: x-unknown")]
    public async Task A_101_that_does_not_fit_the_request_is_refused(string header)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{header}\r\n\r\n");

        var failure = await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(server.Url, Default));

        Assert.Equal(HttpStatusCode.SwitchingProtocols, failure.HttpStatusCode);
        Assert.NotNull(failure.Expected);
    }

    [Theory]
    [InlineData("Connection: Upgrade\r\nUpgrade: h2c")]
    [InlineData("Connection: close\r\nUpgrade: websocket")]
    public async Task A_101_to_something_else_is_refused(string headers)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 101 Switching Protocols\r\n{headers}\r\nSec-WebSocket-Accept: {{accept}}\r\n\r\n");

        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(server.Url, Default));
    }

    [Fact]
    public async Task A_refusal_keeps_status_headers_and_a_bounded_body()
    {
        var server = await WebServer.GetAsync();
        var url = server.Route(async context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "17";
            context.Response.Headers["X-RateLimit-Reset"] = "99";
            context.Response.Headers["Set-Cookie"] = "a=b";
            await context.Response.WriteAsync(new string('x', 10_000));
        });

        var failure = await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(url, Default));

        Assert.Equal(HttpStatusCode.TooManyRequests, failure.HttpStatusCode);
        Assert.Equal(TimeSpan.FromSeconds(17), failure.RetryAfter);
        Assert.Contains(new("X-RateLimit-Reset", "99"), failure.Headers);
        Assert.DoesNotContain(failure.Headers, header => header.Key == "Set-Cookie");
        Assert.Equal(4096, failure.Body.Length);
    }

    [Theory]
    [InlineData("Date: Thu, 01 Jan 1970 00:01:00 GMT\r\n", 30)]
    [InlineData("", 90)]
    public async Task A_date_to_retry_after_is_told_by_the_clock_of_the_server_or_else_by_ours(string date, int seconds)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 503 Service Unavailable\r\n{date}Retry-After: Thu, 01 Jan 1970 00:01:30 GMT\r\nContent-Length: 0\r\n\r\n");

        var failure = await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(server.Url, Default with { TimeProvider = new ManualTime() }));

        Assert.Equal(TimeSpan.FromSeconds(seconds), failure.RetryAfter);
    }

    [Fact]
    public async Task Secrets_of_the_request_appear_in_no_exception()
    {
        var server = await WebServer.GetAsync();
        var url = server.Route(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "/elsewhere?token=" + Secret;
            return Task.CompletedTask;
        });
        var options = Default with { Headers = [new("Authorization", Secret)] };
        var refused = await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(new Uri(url + "?key=" + Secret), options));
        using var closed = new ClosedPort();
        var unreachable = await Assert.ThrowsAsync<WireConnectException>(() => ConnectAsync(new Uri($"ws://127.0.0.1:{closed.Number}/{Secret}?key={Secret}"), options));

        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, string.Join(';', refused.Headers), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, unreachable.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_unless_allowed()
    {
        var server = await WebServer.GetAsync();
        var (target, _) = server.Accept();
        var url = server.Route(Redirecting(target.ToString().Replace("ws:", "http:", StringComparison.Ordinal)));

        var failure = await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(url, Default));
        Assert.Equal(HttpStatusCode.Redirect, failure.HttpStatusCode);

        await using var connection = await ConnectAsync(url, Default with { FollowRedirects = true, Headers = [new("X-Key", "same host, so it may go along")] });
        Assert.Null(connection.CloseStatus);
    }

    [Fact]
    public async Task A_redirect_never_leads_from_wss_to_ws_nor_takes_headers_to_another_host()
    {
        var server = await WebServer.GetAsync();
        var (plain, _) = server.Accept();
        var following = Default with { FollowRedirects = true, CertificateValidation = WebServer.Trust };

        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(server.Route(Redirecting(plain.ToString()), tls: true), following));
        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(server.Route(Redirecting("ws://192.0.2.1/")), following));
        var other = server.Route(Redirecting(plain.ToString().Replace("127.0.0.1", "localhost", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(other, following with { Headers = [new("X-Key", "k")] }));
        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(other, following with { SubProtocols = ["token"] }));
        using var mine = WebServer.CreateCertificate("client");
        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(other, following with { ClientCertificates = [mine] }));
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        var server = await WebServer.GetAsync();
        var asked = 0;
        Uri? url = null;
        url = server.Route(context =>
        {
            asked++;
            return Redirecting(url!.ToString())(context);
        });

        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(url, Default with { FollowRedirects = true }));
        Assert.Equal(6, asked);
    }

    [Fact]
    public async Task An_answer_with_more_than_64_KB_of_headers_is_refused()
    {
        var flood = string.Concat(Enumerable.Range(0, 700).Select(i => $"X-{i}: {new string('x', 100)}\r\n"));
        await using var server = RawServer.Answering($"HTTP/1.1 101 Switching Protocols\r\n{flood}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {{accept}}\r\n\r\n");

        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(server.Url, Default));
    }

    [Fact]
    public async Task A_server_that_never_answers_times_out()
    {
        await using var server = new RawServer((_, stream) => RawServer.ReadToEndAsync(stream));

        var failure = await Assert.ThrowsAsync<WireTimeoutException>(() => ConnectAsync(server.Url, Default with { ConnectTimeout = TimeSpan.FromMilliseconds(100) }));
        Assert.Equal(TimeSpan.FromMilliseconds(100), failure.Timeout);
    }

    [Fact]
    public async Task The_caller_can_give_up_opening()
    {
        await using var server = new RawServer((_, stream) => RawServer.ReadToEndAsync(stream));
        using var cancel = new CancellationTokenSource();
        var opening = WireConnection.ConnectAsync(server.Url, Default, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Peer.Patience));
    }

    [Fact]
    public async Task Cancelling_the_token_of_opening_later_leaves_the_connection_alone()
    {
        var (url, accepted) = (await WebServer.GetAsync()).Accept();
        using var cancel = new CancellationTokenSource();
        await using var connection = await WireConnection.ConnectAsync(url, Default, cancel.Token);
        var read = connection.BatchAsync();
        await cancel.CancelAsync();

        await (await accepted).SendAsync("x"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal(1, (await read)!.Count);
    }

    [Fact]
    public async Task A_refused_port_and_an_unknown_name_are_told_apart()
    {
        using var closed = new ClosedPort();
        var refused = await Assert.ThrowsAsync<WireConnectException>(() => ConnectAsync(new Uri($"ws://127.0.0.1:{closed.Number}/"), Default));
        var unknown = await Assert.ThrowsAsync<WireConnectException>(() => ConnectAsync(
            new Uri("ws://nowhere.invalid/"),
            Default with { ConnectCallback = (_, _) => throw new SocketException((int)SocketError.HostNotFound) }));

        Assert.Equal(SocketError.ConnectionRefused, refused.SocketError);
        Assert.False(refused.IsNameResolution);
        Assert.True(unknown.IsNameResolution);
    }

    [Fact]
    public async Task Garbage_in_place_of_HTTP_is_a_handshake_failure()
    {
        await using var server = RawServer.Answering("SSH-2.0-OpenSSH_9.0\r\n\r\n");

        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(server.Url, Default));
    }

    [Fact]
    public async Task Every_address_of_a_host_is_tried()
    {
        // The name has an IPv6 address as well, on which nobody listens.
        await using var server = RawServer.Upgrading((_, stream) => RawServer.ReadToEndAsync(stream));

        await using var connection = await ConnectAsync(new Uri($"ws://localhost:{server.Port}/"), Default);
        Assert.Null(connection.CloseStatus);
    }

    [Fact]
    public async Task The_callback_opens_the_stream_anew_for_every_attempt()
    {
        var hosts = new List<string>();
        await using var server = RawServer.Upgrading((_, stream) => RawServer.ReadToEndAsync(stream));
        var options = Default with
        {
            ConnectCallback = async (endPoint, cancel) =>
            {
                hosts.Add($"{endPoint.Host}:{endPoint.Port}");
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, server.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };

        await using var first = await ConnectAsync(new Uri("ws://venue.example:1234/"), options);
        await using var second = await ConnectAsync(new Uri("ws://venue.example:1234/"), options);

        Assert.Equal(["venue.example:1234", "venue.example:1234"], hosts);
        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task The_callback_is_told_at_once_that_opening_was_given_up()
    {
        using var cancel = new CancellationTokenSource();
        var given = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = Default with
        {
            ConnectCallback = async (_, token) =>
            {
                given.SetResult(token);
                await Task.Delay(Timeout.Infinite, token);
                throw new InvalidOperationException();
            },
        };
        var opening = WireConnection.ConnectAsync(new Uri("ws://venue.example/"), options, cancel.Token);
        var told = await given.Task.WaitAsync(Peer.Patience);

        await cancel.CancelAsync();

        Assert.True(told.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Peer.Patience));
    }

    [Fact]
    public async Task TCP_is_opened_without_delay_and_with_keep_alive()
    {
        await using var server = new RawServer((_, stream) => RawServer.ReadToEndAsync(stream));
        await using var stream = (NetworkStream)await TcpDialer.Shared.ConnectAsync(new DnsEndPoint("127.0.0.1", server.Port), Default with { TcpKeepAlive = TimeSpan.FromSeconds(7) }, TcpDialer.Shared.Begin(), CancellationToken.None);

        Assert.True(stream.Socket.NoDelay);
        Assert.Equal(7, stream.Socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.NotEqual(0, stream.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
    }

    [Fact]
    public async Task An_explicit_proxy_is_asked_to_connect_with_its_credentials()
    {
        var seen = new List<string>();
        await using var target = RawServer.Upgrading((_, stream) => RawServer.ReadToEndAsync(stream));
        await using var proxy = new RawServer(async (_, stream) =>
        {
            while (true)
            {
                var request = await RawServer.ReadRequestAsync(stream);
                lock (seen)
                    seen.Add(request);
                if (request.Contains("Proxy-Authorization: Basic", StringComparison.Ordinal))
                    break;
                await stream.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }

            using var onward = new TcpClient();
            await onward.ConnectAsync(IPAddress.Loopback, target.Port);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            await Task.WhenAny(stream.CopyToAsync(onward.GetStream()), onward.GetStream().CopyToAsync(stream));
        });

        await using var connection = await ConnectAsync(new Uri("ws://venue.example/"), Default with { Proxy = WireProxy.At(new Uri($"http://127.0.0.1:{proxy.Port}"), new NetworkCredential("u", "p")) });

        Assert.Contains(seen, request => request.StartsWith("CONNECT venue.example:80 ", StringComparison.Ordinal));
        Assert.Contains(seen, request => request.Contains(Convert.ToBase64String(Encoding.ASCII.GetBytes("u:p")), StringComparison.Ordinal));
    }

    [Fact]
    public async Task User_info_of_a_proxy_is_used_and_shown_nowhere()
    {
        var seen = new List<string>();
        await using var proxy = new RawServer(async (_, stream) =>
        {
            for (var i = 0; i < 2; i++)
            {
                var request = await RawServer.ReadRequestAsync(stream);
                lock (seen)
                    seen.Add(request);
                await stream.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        });
        var through = WireProxy.At(new Uri($"http://me:s3cr3t%21@127.0.0.1:{proxy.Port}"));

        var failure = await Assert.ThrowsAnyAsync<WireException>(() => ConnectAsync(new Uri("ws://venue.example/"), Default with { Proxy = through }));

        Assert.Contains(seen, request => request.Contains(Convert.ToBase64String(Encoding.ASCII.GetBytes("me:s3cr3t!")), StringComparison.Ordinal));
        Assert.DoesNotContain("s3cr3t", $"{failure} {through}", StringComparison.Ordinal);
        Assert.Equal($"proxy 127.0.0.1:{proxy.Port}", through.ToString());
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_a_handshake_failure_with_its_status()
    {
        await using var proxy = RawServer.Answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");

        var failure = await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(new Uri("ws://venue.example/"), Default with { Proxy = WireProxy.At(new Uri($"http://127.0.0.1:{proxy.Port}")) }));
        Assert.Equal(HttpStatusCode.Forbidden, failure.HttpStatusCode);
    }

    private static RequestDelegate Redirecting(string location) => context =>
    {
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = location.Replace("ws", "http", StringComparison.Ordinal);
        return Task.CompletedTask;
    };

    private static Task<WireConnection> ConnectAsync(Uri url, WireOptions options) => WireConnection.ConnectAsync(url, options).WaitAsync(Peer.Patience);
}
