using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Connection;

/// <summary>Nothing passing ends a connection: whatever a server does for a while, the connection is Ready again once the server behaves.</summary>
public sealed class PassingFaultTests : ConnectionTest
{
    private const int Faults = 3;

    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(10);

    private static readonly ReconnectOptions Quick = new()
    {
        InitialDelay = Brief,
        MaxDelay = Brief * 5,
        Slow = new() { Initial = Brief, Max = Brief * 5 },
    };

    /// <summary>What a server does from accepting to the answer of the upgrade: whether it reads the request, what it writes, and whether it resets.</summary>
    public static TheoryData<string, bool, string, bool> Handshakes => new()
    {
        { "accepts and closes", false, "", false },
        { "accepts and resets", false, "", true },
        { "reads the request and closes", true, "", false },
        { "reads the request and resets", true, "", true },
        { "half an answer", true, "HTTP/1.1 101 Swi", false },
        { "half an answer, then a reset", true, "HTTP/1.1 101 Switching Protocols\r\nUpgr", true },
        { "garbage", true, "\u0001\u0002\u0003\r\n\r\n", false },
        { "headers without end", true, "HTTP/1.1 101 Switching Protocols\r\nX: " + new string('x', 70_000), false },
        { "400", true, Answer("400 Bad Request"), false },
        { "401", true, Answer("401 Unauthorized"), false },
        { "403", true, Answer("403 Forbidden"), false },
        { "404", true, Answer("404 Not Found"), false },
        { "408", true, Answer("408 Request Timeout"), false },
        { "425", true, Answer("425 Too Early"), false },
        { "429", true, Answer("429 Too Many Requests"), false },
        { "302", true, "HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\nContent-Length: 0\r\n\r\n", false },
        { "a web page", true, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", false },
        { "500", true, Answer("500 Internal Server Error"), false },
        { "502", true, Answer("502 Bad Gateway"), false },
        { "a key that is not ours", true, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n", false },
    };

    [Theory]
    [MemberData(nameof(Handshakes))]
    public async Task A_server_that_upgrades_nobody_for_a_while_is_connected_to_again(string fault, bool reads, string writes, bool resets)
    {
        await using var server = BareServer.Start(async (number, stream, stopped) =>
        {
            if (number == 1 || number > 1 + Faults)
            {
                await BareServer.AcceptUpgradeAsync(stream, stopped);
                if (number > 1)
                    await Task.Delay(Timeout.Infinite, stopped);
                return;
            }

            if (reads)
                await BareServer.ReadHeadAsync(stream, stopped);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(writes), stopped);
            if (resets)
                stream.Socket.Close(0);
        });

        await using var client = await OpenAsync(Options(server.Url, fault));

        await HealsAsync(client, epoch: 2); // one attempt of ours may be several of HTTP's
        Assert.True(server.Accepted > 1 + Faults);
    }

    /// <summary>What a server answers to the upgrade, what that is, and whether it comes through a proxy.</summary>
    public static TheoryData<string, string, ErrorClass, bool> Answers
    {
        get
        {
            var answers = new TheoryData<string, string, ErrorClass, bool>();
            foreach (var isProxied in (bool[])[false, true])
            {
                answers.Add("half an answer", "HTTP/1.1 101 Swi", ErrorClass.Reset, isProxied);
                answers.Add("garbage", "\u0001\u0002\u0003\r\n\r\n", ErrorClass.Reset, isProxied);
                answers.Add("403", Answer("403 Forbidden"), ErrorClass.HandshakeRejected, isProxied);
                answers.Add("503", Answer("503 Service Unavailable"), ErrorClass.ServerUnavailable, isProxied);
            }

            return answers;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task What_is_answered_to_the_upgrade_for_a_while_is_the_same_through_a_proxy(string fault, string answer, ErrorClass cause, bool isProxied)
    {
        await using var proxy = isProxied ? new ConnectProxy() : null;
        await using var server = BareServer.Start(async (number, stream, stopped) =>
        {
            if (number is > 1 and <= 1 + Faults)
            {
                await BareServer.ReadHeadAsync(stream, stopped);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stopped);
                return;
            }

            await BareServer.AcceptUpgradeAsync(stream, stopped);
            if (number > 1)
                await Task.Delay(Timeout.Infinite, stopped);
        });

        await using var client = await OpenAsync(Options(server.Url, fault, proxy));

        await HealsAsync(client, epoch: 2 + Faults, cause);
        Assert.True(proxy?.Requests.IsEmpty != true);
    }

    public static TheoryData<string, byte[]> Frames => new()
    {
        { "close without a code", [0x88, 0] },
        { "close with one byte", [0x88, 1, 3] },
        { "close 999", [0x88, 2, 0x03, 0xE7] },
        { "close 1002", [0x88, 2, 0x03, 0xEA] },
        { "close 1003", [0x88, 2, 0x03, 0xEB] },
        { "close 1005", [0x88, 2, 0x03, 0xED] },
        { "close 1006", [0x88, 2, 0x03, 0xEE] },
        { "close 1007", [0x88, 2, 0x03, 0xEF] },
        { "close 1008", [0x88, 2, 0x03, 0xF0] },
        { "close 1009", [0x88, 2, 0x03, 0xF1] },
        { "close 1010", [0x88, 2, 0x03, 0xF2] },
        { "close 1013", [0x88, 2, 0x03, 0xF5] },
        { "close 1015", [0x88, 2, 0x03, 0xF7] },
        { "close 1100", [0x88, 2, 0x04, 0x4C] },
        { "close 2000", [0x88, 2, 0x07, 0xD0] },
        { "close 5000", [0x88, 2, 0x13, 0x88] },
        { "text that is no UTF-8", [0x81, 4, (byte)'{', 0xC3, 0x28, (byte)'}'] },
        { "RSV1", [0xC1, 1, (byte)'x'] },
        { "a frame of 17 MiB", [0x81, 127, 0, 0, 0, 0, 1, 0x10, 0, 0] },
        { "a proxy's answer in the stream", "HTTP/1.1 502 Bad Gateway\r\n\r\n"u8.ToArray() },
        { "a flood of pings", [.. Enumerable.Repeat((byte[])[0x89, 0], 2_000).SelectMany(ping => ping)] },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task A_server_that_breaks_the_rules_for_a_while_is_connected_to_again(string fault, byte[] bytes)
    {
        await using var server = BareServer.Start(async (number, stream, stopped) =>
        {
            await BareServer.AcceptUpgradeAsync(stream, stopped);
            if (number > Faults)
                await Task.Delay(Timeout.Infinite, stopped);
            await stream.WriteAsync(bytes, stopped);
            stream.Socket.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(new byte[1024], stopped) > 0)
            {
            }
        });

        await using var client = await OpenAsync(Options(server.Url, fault));

        await HealsAsync(client, epoch: 1 + Faults);
    }

    [Theory]
    [InlineData("ends", "", false)]
    [InlineData("makes no sense", "HTTP/1.1 400 Bad Request\r\n\r\n", false)]
    [InlineData("is an alert", "\u0015\u0003\u0003\u0000\u0002\u0002\u0028", false)]
    [InlineData("ends", "", true)]
    [InlineData("makes no sense", "HTTP/1.1 400 Bad Request\r\n\r\n", true)]
    [InlineData("is an alert", "\u0015\u0003\u0003\u0000\u0002\u0002\u0028", true)]
    public async Task A_TLS_handshake_that_breaks_is_no_bad_certificate(string fault, string writes, bool isProxied)
    {
        await using var proxy = isProxied ? new ConnectProxy() : null;
        using var certificate = Certificates.Create("venue.example");
        await using var server = BareServer.Start(async (number, stream, stopped) =>
        {
            if (number is > 1 and <= 1 + Faults)
            {
                await stream.ReadExactlyAsync(new byte[5], stopped);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(writes), stopped);
                return;
            }

            await ServeTlsAsync(number, stream, certificate, stopped);
        });

        var client = await OpenAsync(Options(new UriBuilder(server.Url) { Scheme = "wss" }.Uri, $"tls {fault}", proxy), validate: _ => true);

        await HealsAsync(client, epoch: 2, ErrorClass.Reset);
        Assert.True(proxy?.Requests.IsEmpty != true);
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_certificate_that_is_refused_for_a_while_after_good_service_is_waited_for(bool throws, bool isProxied)
    {
        await using var proxy = isProxied ? new ConnectProxy() : null;
        using var certificate = Certificates.Create("venue.example");
        await using var server = BareServer.Start((number, stream, stopped) => ServeTlsAsync(number, stream, certificate, stopped));

        var client = await OpenAsync(Options(new UriBuilder(server.Url) { Scheme = "wss" }.Uri, "certificate", proxy), validate: attempt =>
            attempt is 1 or > 1 + Faults || (throws ? throw new InvalidOperationException("no trust store") : false));

        await HealsAsync(client, epoch: 2 + Faults, ErrorClass.Tls);
        Assert.True(proxy?.Requests.IsEmpty != true);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Logins_that_are_rejected_after_good_service_make_health_Unhealthy_until_one_is_accepted()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("logins") with { Reconnect = Quick }, new LineProtocol { Authenticates = true });
        var slowly = NextAsync<RetryingSlowly>(client, e => e.Attempt > 5);
        server.LoginRejection = "clock is behind";

        server.Connection.Drop();

        Assert.Equal(ErrorClass.AuthenticationRejected, (await slowly).Reason.Class);
        Assert.Equal((ConnectionHealth.Unhealthy, true), (await client.GetStatusAsync(Ct)) is var status ? (status.Health, status.IsRetryingSlowly) : default);
        server.LoginRejection = null;
        await client.WaitUntilReadyAsync(Ct);
        Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health);
    }

    [Fact]
    public async Task A_fresh_token_is_asked_for_after_each_401()
    {
        var token = 0;
        await using var server = BareServer.Start(async (number, stream, stopped) =>
        {
            if (number is 2 or 3)
            {
                await BareServer.ReadHeadAsync(stream, stopped);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer("401 Unauthorized")), stopped);
                return;
            }

            await BareServer.AcceptUpgradeAsync(stream, stopped);
            if (number > 1)
                await Task.Delay(Timeout.Infinite, stopped);
        });
        var protocol = new LineProtocol { Endpoint = configured => configured with { Url = new Uri(configured.Url, $"/?token={++token}") } };

        await using var client = await OpenAsync(Options(server.Url, "token"), protocol);

        await HealsAsync(client, epoch: 4);
        Assert.Equal(4, token);
    }

    [Fact]
    public async Task A_first_connect_that_is_waited_for_retries_what_looks_passing()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable, times: Faults);

        await using var client = await ConnectAsync(server.Options("first") with { Reconnect = Quick });

        Assert.Equal(1 + Faults, client.Epoch.Value);
    }

    [Fact]
    public async Task A_first_connect_that_is_given_up_tells_the_last_cause()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(Reconnecting));
        var connecting = WebSocketClient.ConnectAsync(Sys, server.Options("given-up") with { Reconnect = Quick with { MaxDelay = TimeSpan.FromMinutes(1), InitialDelay = TimeSpan.FromMinutes(1) } }, new LineProtocol(), patience.Token);
        await events.ExpectMsgAsync<Reconnecting>(Deadline);

        await patience.CancelAsync();

        Assert.Contains("503", (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailFast.Auto, true)]
    [InlineData(FailFast.On, true)]
    [InlineData(FailFast.Off, false)]
    public async Task Whether_a_first_connect_that_is_refused_fails_is_an_option(FailFast failFast, bool fails)
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.Forbidden, times: Faults);
        var connecting = ConnectAsync(server.Options($"fail-fast-{failFast}") with { Reconnect = Quick with { FailFast = failFast } });

        if (fails)
            await Assert.ThrowsAsync<ConnectionFailedException>(() => connecting);
        else
            await (await connecting).DisposeAsync();
    }

    private static string Answer(string status) => $"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n";

    private static WebSocketClientOptions Options(Uri url, string fault, ConnectProxy? proxy = null) => new()
    {
        Name = fault.Replace(' ', '-').Replace(',', '-').Replace('\'', '-'),
        Url = url,
        AllowInsecure = proxy is not null,
        Proxy = new() { Address = proxy is null ? ProxyOptions.Off : $"http://127.0.0.1:{proxy.Port}" },
        CloseTimeout = TimeSpan.FromMilliseconds(50),
        Reconnect = Quick,
        Heartbeat = new() { PingInterval = TimeSpan.Zero },
    };

    private async Task<WebSocketClient> OpenAsync(WebSocketClientOptions options, Func<int, bool> validate)
    {
        var attempt = 0;
        var open = new OpenConnection(
            options,
            new LineProtocol(),
            (url, wire, token) =>
            {
                var mine = ++attempt;
                return WireConnection.ConnectAsync(url, wire with { CertificateValidation = (_, _, _, _) => validate(mine) }, token);
            },
            new Random(1));
        return new WebSocketClient((await AkkaWsExtension.For(Sys).Manager.Ask<ConnectionOpened>(open, Deadline)).Handle);
    }

    private static async Task ServeTlsAsync(int number, NetworkStream stream, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate, CancellationToken stopped)
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopped);
        await BareServer.AcceptUpgradeAsync(tls, stopped);
        if (number > 1)
            await Task.Delay(Timeout.Infinite, stopped);
    }

    private async Task HealsAsync(WebSocketClient client, int epoch, ErrorClass? cause = null)
    {
        var causes = new List<ErrorClass>();
        await foreach (var happened in client.WatchAsync(Ct))
        {
            if (happened is ConnectionError error)
                causes.Add(error.Class);
            if (happened is ConnectionStateChanged { To: ConnectionState.Ready, Epoch: var now } && now.Value >= epoch)
            {
                Assert.True(cause is null || causes.Contains(cause.Value), $"not {cause} but {string.Join(", ", causes)}");
                return;
            }
        }

        Assert.Fail($"It closed: {string.Join(", ", causes)}; {(await client.GetStatusAsync(Ct)).LastReason}");
    }
}
