using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.TestKit;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Connection;

/// <summary>Each class of error from a real failure on a real socket, and what the connection then does. Delays are virtual.</summary>
public sealed class ErrorClassTests : VirtualTimeTest
{
    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestProbe _events;

    public ErrorClassTests()
    {
        _events = CreateTestProbe();
        Sys.EventStream.Subscribe(_events, typeof(ConnectionEvent));
    }

    [Fact]
    public async Task Refused_is_tried_again_with_backoff()
    {
        await using var server = await LineServer.StartAsync();
        await server.Server.RefuseTcpAsync(Ct);
        await using var client = await OpenAsync(Options(server));

        await RetriesAsync(client, ErrorClass.Refused, Initial);
        await LostAsync(ErrorClass.Refused, Initial * 2);
        await server.Server.AcceptConnectionsAsync(Ct);
        await HealsAsync(client, Initial * 2);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_tried_again_with_backoff()
    {
        await using var client = await OpenAsync(new WebSocketClientOptions
        {
            Name = "dns",
            Url = new Uri("ws://nowhere.invalid/"),
            AllowInsecure = true,
            ConnectTimeout = TimeSpan.FromMinutes(1),
            Reconnect = new ReconnectOptions { Jitter = 0 },
        });

        await RetriesAsync(client, ErrorClass.Dns, Initial);
    }

    [Fact]
    public async Task A_certificate_of_another_name_ends_a_first_connect()
    {
        using var certificate = Certificates.Create("venue.example");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeTlsAsync(listener, certificate, Ct);
        var options = new WebSocketClientOptions { Name = "tls", Url = new Uri($"wss://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/") };
        var seen = SslPolicyErrors.None;

        await OpenAsync(options, (url, wire, token) => WireConnection.ConnectAsync(
            url,
            wire with { CertificateValidation = (_, _, _, errors) => ((seen = errors) & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 },
            token));

        await EndsAsync(ErrorClass.Tls);
        Assert.True(seen.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
        await serving;
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task An_upgrade_that_is_rejected_ends_a_first_connect(HttpStatusCode status)
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(status);
        await using var client = await OpenAsync(Options(server));

        await EndsAsync(ErrorClass.HandshakeRejected);
        Assert.Equal(1, server.Server.UpgradesRefused);
    }

    [Fact]
    public async Task A_429_is_tried_again_after_the_time_that_the_server_asks_for()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7), times: 1);
        await using var client = await OpenAsync(Options(server));

        await HealsAsync(client, ErrorClass.RateLimited, TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_429_without_a_time_is_tried_again_after_seconds_and_ever_more_slowly()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(HttpStatusCode.TooManyRequests, times: 2);
        await using var client = await OpenAsync(Options(server));

        await RetriesAsync(client, ErrorClass.RateLimited, TimeSpan.FromSeconds(5));
        await HealsAsync(client, ErrorClass.RateLimited, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_ban_is_waited_for_and_told_with_its_end()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server));
        server.Server.RefuseConnections((HttpStatusCode)418, TimeSpan.FromDays(2), times: 1);
        var before = Scheduler.Now;

        server.Connection.Drop();

        var ban = (RetryingSlowly)await _events.FishForMessageAsync(m => m is RetryingSlowly, Patience);
        Assert.Equal((418, before + TimeSpan.FromDays(2)), (ban.Reason.HttpStatus, ban.NextAttempt));
        Assert.Equal(ConnectionHealth.Unhealthy, (await client.GetStatusAsync(Ct)).Health);
        Scheduler.Advance(TimeSpan.FromDays(2));
        await _events.FishForMessageAsync(m => m is Ready, Patience);
    }

    [Fact]
    public async Task A_503_is_tried_again_with_backoff()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(HttpStatusCode.ServiceUnavailable, times: 1);
        await using var client = await OpenAsync(Options(server));

        await HealsAsync(client, ErrorClass.ServerUnavailable, Initial);
    }

    [Theory]
    [InlineData(1000, ErrorClass.ServerUnavailable, 100)]
    [InlineData(1001, ErrorClass.ServerUnavailable, 100)]
    [InlineData(1002, ErrorClass.ProtocolViolation, 100)]
    [InlineData(1003, ErrorClass.ProtocolViolation, 100)]
    [InlineData(1005, ErrorClass.AbnormalClosure, 0)]
    [InlineData(1008, ErrorClass.PolicyViolation, 1_000)]
    [InlineData(1011, ErrorClass.ServerUnavailable, 100)]
    [InlineData(1012, ErrorClass.ServerUnavailable, 100)]
    [InlineData(1013, ErrorClass.RateLimited, 5_000)]
    [InlineData(4001, ErrorClass.ServerUnavailable, 100)]
    public async Task A_close_frame_is_classed_by_its_code(int code, ErrorClass expected, int delay)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server));

        await server.Connection.SendRawAsync(CloseFrame(code), Ct);

        await HealsAsync(client, expected, TimeSpan.FromMilliseconds(delay), code);
    }

    [Fact]
    public async Task An_end_without_a_close_frame_is_retried_at_once()
    {
        var connections = 0;
        await using var server = BareServer.Start((_, stopped) =>
            Interlocked.Increment(ref connections) == 1 ? Task.CompletedTask : Task.Delay(Timeout.Infinite, stopped));
        await using var client = await OpenAsync(new WebSocketClientOptions { Name = "fin", Url = server.Url, CloseTimeout = TimeSpan.FromMilliseconds(50) });

        await HealsAsync(client, ErrorClass.AbnormalClosure, TimeSpan.Zero, 1006);
    }

    [Fact]
    public async Task A_reset_is_retried_at_once()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server));

        server.Connection.Drop();

        await HealsAsync(client, ErrorClass.Reset, TimeSpan.Zero);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_noticed_by_its_missing_pong_and_retried_at_once()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server));
        server.Server.Stall();

        while ((await client.GetStatusAsync(Ct)).LastReason is null)
            Scheduler.Advance(TimeSpan.FromSeconds(10));
        server.Server.Resume();

        await HealsAsync(client, ErrorClass.MissedPong, TimeSpan.Zero);
    }

    [Fact]
    public async Task A_rejected_login_is_tried_again_as_often_as_is_wanted()
    {
        await using var server = await LineServer.StartAsync();
        server.LoginRejection = "wrong key";
        await using var client = await OpenAsync(
            Options(server) with { Reconnect = new ReconnectOptions { Jitter = 0, MaxRejections = 1, FailFast = FailFast.Off } }, new LineProtocol { Authenticates = true });

        await RetriesAsync(client, ErrorClass.AuthenticationRejected, TimeSpan.FromSeconds(5));

        Assert.Equal(1, (await EndsAsync(ErrorClass.AuthenticationRejected)).Reason.GaveUpAfter);
    }

    [Fact]
    public async Task A_login_without_an_answer_is_tried_again_with_backoff()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(Options(server), new LineProtocol { Authenticates = true });
        await AwaitAssertAsync(() => Assert.Equal(["auth|secret"], server.Received), Patience);
        await SettleAsync(client);

        Scheduler.Advance(TimeSpan.FromSeconds(10));
        server.AnswersLogin = true;

        await HealsAsync(client, ErrorClass.AuthenticationFailed, Initial);
    }

    [Fact]
    public async Task The_handler_s_word_on_a_close_frame_counts_first()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server), new Venue { Close = code => code == 4001 ? ErrorClass.HandshakeRejected : null });

        await server.Connection.SendRawAsync(CloseFrame(4001), Ct);

        await HealsAsync(client, ErrorClass.HandshakeRejected, TimeSpan.FromSeconds(1), 4001);
    }

    [Fact]
    public async Task The_handler_s_word_on_a_failure_counts_first()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(HttpStatusCode.Forbidden, times: 1);
        await using var client = await OpenAsync(
            Options(server), new Venue { Error = e => e is WireHandshakeException { HttpStatusCode: HttpStatusCode.Forbidden } ? ErrorClass.RateLimited : null });

        await HealsAsync(client, ErrorClass.RateLimited, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_handler_that_fails_to_classify_harms_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(
            Options(server), new Venue { Close = _ => throw new FormatException("a bug"), Error = _ => throw new FormatException("a bug") });

        await server.Connection.SendRawAsync(CloseFrame(1012), Ct);
        await HealsAsync(client, ErrorClass.ServerUnavailable, Initial, 1012);
        await server.Server.WaitForConnectionAsync(2, cancellationToken: Ct);
        server.Connection.Drop();
        await HealsAsync(client, ErrorClass.Reset, Initial * 2);
    }

    private static WebSocketClientOptions Options(LineServer server) => server.Options("errors") with { Reconnect = new ReconnectOptions { Jitter = 0 } };

    private static byte[] CloseFrame(int code)
    {
        if (code == 1005)
            return [0x88, 0];
        byte[] frame = [0x88, 2, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)code);
        return frame;
    }

    private async Task<Reconnecting> LostAsync(ErrorClass expected, TimeSpan delay)
    {
        var lost = (Reconnecting)await _events.FishForMessageAsync(m => m is Reconnecting, Patience);
        Assert.Equal((expected, delay), (lost.Reason.Class, lost.Delay));
        return lost;
    }

    /// <summary>The next attempt is planned as expected, and made.</summary>
    private async Task RetriesAsync(AkkaWs.Client.WebSocketClient client, ErrorClass expected, TimeSpan delay)
    {
        await LostAsync(expected, delay);
        await SettleAsync(client);
        Scheduler.Advance(delay);
    }

    private async Task HealsAsync(AkkaWs.Client.WebSocketClient client, ErrorClass expected, TimeSpan delay, int? code = null)
    {
        var lost = await LostAsync(expected, delay);
        if (code is not null)
            Assert.Equal(code, lost.Reason.CloseCode);
        await HealsAsync(client, delay);
    }

    private async Task HealsAsync(AkkaWs.Client.WebSocketClient client, TimeSpan delay)
    {
        await SettleAsync(client);
        Scheduler.Advance(delay);
        await _events.FishForMessageAsync(m => m is Ready, Patience);
        await SettleAsync(client);
    }

    private async Task<ConnectionClosed> EndsAsync(ErrorClass expected, int? code = null)
    {
        var closed = (ConnectionClosed)await _events.FishForMessageAsync(m => m is ConnectionClosed, Patience);
        Assert.Equal(expected, closed.Reason.Class);
        if (code is not null)
            Assert.Equal(code, closed.Reason.CloseCode);
        return closed;
    }

    private Task<ConnectionOpened> OpenAsync(WebSocketClientOptions options, WireConnector connect) =>
        AkkaWsExtension.For(Sys).Manager.Ask<ConnectionOpened>(new OpenConnection(options, new LineProtocol(), connect, new Random(1)), Patience);

    private static async Task ServeTlsAsync(TcpListener listener, X509Certificate2 certificate, CancellationToken ct)
    {
        using var tcp = await listener.AcceptTcpClientAsync(ct);
        await using var tls = new SslStream(tcp.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ct);
            await tls.ReadExactlyAsync(new byte[1], ct);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client does not like the certificate, as it should not.
        }
    }

    private sealed class Venue : ProtocolHandler
    {
        private readonly LineProtocol _line = new();

        public Func<int, ErrorClass?> Close { get; init; } = _ => null;

        public Func<Exception, ErrorClass?> Error { get; init; } = _ => null;

        public override ErrorClass? ClassifyClose(int closeCode, string reason) => Close(closeCode);

        public override ErrorClass? ClassifyError(Exception error) => Error(error);

        public override Classification Classify(ReadOnlySpan<byte> message) => _line.Classify(message);

        public override OutboundMessage BuildSubscribe(IReadOnlyList<AkkaWs.Primitives.Topic> topics, AkkaWs.Primitives.RequestId id) => _line.BuildSubscribe(topics, id);

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<AkkaWs.Primitives.Topic> topics, AkkaWs.Primitives.RequestId id) => _line.BuildUnsubscribe(topics, id);
    }
}
