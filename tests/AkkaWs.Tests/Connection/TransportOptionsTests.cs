using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Akka.Configuration;
using Akka.Event;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What the wire can do is an option of the connection: set as data in HOCON, or as code in the builder, over real sockets.</summary>
public sealed class TransportOptionsTests() : ConnectionTest("akka.loglevel = DEBUG")
{
    private const string Sentinel = "s3cr3t-sentinel";

    private static readonly string Pin = Convert.ToBase64String(SHA256.HashData(WebServer.Certificate.PublicKey.ExportSubjectPublicKeyInfo()));
    private static readonly string OtherPin = Convert.ToBase64String(new byte[32]);

    [Fact]
    public async Task A_server_with_a_pinned_key_is_accepted()
    {
        var (url, _) = (await WebServer.GetAsync()).Accept(tls: true);

        await using var client = await Builder("pinned", url, $$"""tls.pinned-sha256 = ["{{OtherPin}}", "{{Pin}}"]""").Transport(Trusting).ConnectAsync(Sys, Ct);

        Assert.Equal(ConnectionState.Ready, client.State);
    }

    [Fact]
    public async Task A_server_without_a_pinned_key_is_refused_though_its_certificate_is_trusted()
    {
        var (url, _) = (await WebServer.GetAsync()).Accept(tls: true);

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(
            () => Builder("not-pinned", url, $$"""tls.pinned-sha256 = ["{{OtherPin}}"]""").Transport(Trusting).ConnectAsync(Sys, Ct));

        Assert.Equal(ErrorClass.Tls, error.Reason.Class);
        Assert.Contains("not pinned", error.Message, StringComparison.Ordinal);
        Assert.Contains(Pin, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_refused_and_the_first_message_says_what_is_wrong_with_it()
    {
        var (url, _) = (await WebServer.GetAsync()).Accept(tls: true);

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => Builder("untrusted", url).ConnectAsync(Sys, Ct));

        Assert.Equal(ErrorClass.Tls, error.Reason.Class);
        Assert.Contains("UntrustedRoot", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_certificate_is_told_at_once_though_its_issuer_never_answers()
    {
        await using var issuer = new SilentListener();
        using var certificate = TestCertificates.Issue("localhost", TestCertificates.AlternativeName("localhost"), TestCertificates.IssuerAt(issuer.Url));
        await using var server = TlsServer.Start(certificate);

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => Builder("silent-issuer", TlsServer.UrlOf(server)).ConnectAsync(Sys, Ct));

        Assert.Equal(ErrorClass.Tls, error.Reason.Class);
        Assert.Equal(0, issuer.Accepted);
    }

    [Fact]
    public async Task A_pin_makes_no_common_name_good_that_stands_alone()
    {
        using var certificate = TestCertificates.SelfSigned("localhost", 0);
        var pin = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        await using var server = TlsServer.Start(certificate);

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(
            () => Builder("common-name", TlsServer.UrlOf(server), $$"""tls.pinned-sha256 = ["{{pin}}"]""").ConnectAsync(Sys, Ct));

        Assert.Equal(ErrorClass.Tls, error.Reason.Class);
        Assert.Contains("common name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_makes_no_certificate_good_that_nobody_trusts()
    {
        var (url, _) = (await WebServer.GetAsync()).Accept(tls: true);

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => Builder("pinned-alone", url, $$"""tls.pinned-sha256 = ["{{Pin}}"]""").ConnectAsync(Sys, Ct));

        Assert.Equal(ErrorClass.Tls, error.Reason.Class);
    }

    [Fact]
    public async Task A_validation_in_code_that_accepts_a_certificate_which_would_be_refused_is_a_warning_at_each_connect()
    {
        var url = (await WebServer.GetAsync()).Route(
            async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None); // a reset might overtake the upgrade's answer
            },
            tls: true);
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var client = await Builder("warned", url, "reconnect { initial-delay = 10ms, max-delay = 50ms }").Transport(Trusting).OpenAsync(Sys, Ct);

        await NextAsync<Ready>(client, ready => ready.Epoch.Value >= 2);

        await AwaitAssertAsync(
            () =>
            {
                var warnings = LogProbe.Of(logged, "warned").Where(entry => entry.Level == LogLevel.WarningLevel).Select(entry => entry.Message).Where(message => message.EventId == 1023).ToList();
                Assert.True(warnings.Select(message => message.Epoch).Distinct().Count() >= 2, "one warning a connect");
                Assert.All(warnings, message => Assert.Contains("UntrustedRoot", message.ToString(), StringComparison.Ordinal));
            },
            Deadline);
    }

    [Fact]
    public async Task A_client_certificate_reaches_the_server()
    {
        using var mine = WebServer.CreateCertificate("trader");
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var url = (await WebServer.GetAsync()).Route(
            async context =>
            {
                seen.TrySetResult((await context.Connection.GetClientCertificateAsync())?.Subject);
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await context.RequestAborted.WaitAsync();
            },
            tls: true);

        await using var client = await Builder("client-certificate", url).Transport(Trusting with { ClientCertificates = [mine] }).ConnectAsync(Sys, Ct);

        Assert.Equal("CN=trader", await seen.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Deflate_is_offered_and_compressed_messages_are_read()
    {
        await using var server = await LineServer.StartAsync(new ScriptedServerOptions { EnableCompression = true });
        await using var client = await Builder("deflate", server.Url, "deflate { enabled = on, server-max-window-bits = 12 }").ConnectAsync(Sys, Ct);
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        var text = new string('x', 5_000);
        var before = (await client.GetMetricsAsync(Ct)).BytesReceived;

        await server.Connection.SendTextAsync($"U|a|{text}", Ct);

        Assert.EndsWith(text, Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)), StringComparison.Ordinal);
        var offer = server.Connection.RequestHeaders["Sec-WebSocket-Extensions"];
        Assert.StartsWith("permessage-deflate", offer, StringComparison.Ordinal);
        Assert.Contains("server_max_window_bits=12", offer, StringComparison.Ordinal);
        Assert.InRange((await client.GetMetricsAsync(Ct)).BytesReceived - before, 1, text.Length / 10);
    }

    [Fact]
    public async Task A_proxy_gets_its_user_and_password()
    {
        await using var server = await LineServer.StartAsync();
        await using var proxy = new ConnectProxy($"user:{Sentinel}");

        await using var client = await Builder("proxied", server.Url, $$"""allow-insecure = on, proxy { address = "http://127.0.0.1:{{proxy.Port}}", user = user, password = "{{Sentinel}}" }""").ConnectAsync(Sys, Ct);

        Assert.Contains(proxy.Requests, request => request.StartsWith($"CONNECT 127.0.0.1:{server.Url.Port} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plaintext_goes_through_a_proxy_only_where_that_is_allowed()
    {
        await using var server = await LineServer.StartAsync();
        await using var proxy = new ConnectProxy();
        var through = $$"""proxy.address = "http://127.0.0.1:{{proxy.Port}}" """;

        var refused = await Assert.ThrowsAsync<InvalidOptionsException>(() => Builder("plain", server.Url, through).ConnectAsync(Sys, Ct));

        Assert.Equal("proxy.address", Assert.Single(refused.Errors).Key);
        Assert.Empty(proxy.Requests);
        await using var client = await Builder("plain", server.Url, through + ", allow-insecure = on").ConnectAsync(Sys, Ct);
        Assert.Single(proxy.Requests);
    }

    [Fact]
    public async Task The_password_of_a_proxy_that_refuses_is_shown_nowhere()
    {
        await using var server = await LineServer.StartAsync();
        await using var proxy = new ConnectProxy("user:other");
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        var options = Read("refused-proxy", server.Url, $$"""
            allow-insecure = on
            proxy { address = "http://127.0.0.1:{{proxy.Port}}", user = user, password = "{{Sentinel}}" }
            reconnect { fail-fast = off, initial-delay = 10ms, max-delay = 50ms, slow { initial = 10ms, max = 50ms } }
            """);
        await using var client = await OpenAsync(options);
        var lost = await NextAsync<ConnectionStateChanged>(client, change => change.Reason is not null);
        await AwaitAssertAsync(() => Assert.Contains(LogProbe.Of(logged, "refused-proxy"), entry => entry.Level == LogLevel.DebugLevel), Deadline);

        var status = await client.GetStatusAsync(Ct);

        using var patience = new CancellationTokenSource();
        await patience.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => client.WaitUntilReadyAsync(patience.Token));
        Assert.Contains(proxy.Requests, request => request.Contains(ConnectProxy.Authorization($"user:{Sentinel}"), StringComparison.Ordinal));
        var shown = $"{options} {options.Proxy} {lost} {status} {error} {string.Join(' ', logged)}";
        Assert.Contains("407", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Sentinel, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(ConnectProxy.Credentials($"user:{Sentinel}"), shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("502 Bad Gateway", ErrorClass.ServerUnavailable)]
    [InlineData("403 Forbidden", ErrorClass.HandshakeRejected)]
    [InlineData("407 Proxy Authentication Required\r\nProxy-Authenticate: Unheard-Of", ErrorClass.HandshakeRejected)]
    public async Task A_proxy_that_opens_no_tunnel_is_named_without_its_credentials(string answer, ErrorClass wanted)
    {
        var asked = new ConcurrentQueue<string>();
        await using var proxy = new RawServer(async (_, stream) =>
        {
            while (await RawServer.ReadRequestAsync(stream) is { Length: > 0 } request)
            {
                asked.Enqueue(request);
                var isKnown = request.Contains("Proxy-Authorization", StringComparison.Ordinal);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(isKnown ? answer : "407 Who?\r\nProxy-Authenticate: Basic realm=\"p\"")}\r\nContent-Length: 0\r\n\r\n"));
            }
        });
        var through = $$"""reconnect.max-attempts = 0, proxy { address = "http://127.0.0.1:{{proxy.Port}}", user = user, password = "{{Sentinel}}" }""";

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => Builder("no-tunnel", new Uri("wss://venue.example/"), through).ConnectAsync(Sys, Ct));

        Assert.Equal((wanted, int.Parse(answer[..3], CultureInfo.InvariantCulture)), (error.Reason.Class, error.Reason.HttpStatus));
        Assert.Contains($"No tunnel to wss://venue.example through proxy 127.0.0.1:{proxy.Port}: HTTP {answer[..3]}.", error.Message, StringComparison.Ordinal);
        Assert.Contains(asked, request => request.Contains(ConnectProxy.Authorization($"user:{Sentinel}"), StringComparison.Ordinal));
        Assert.DoesNotContain(Sentinel, $"{error}", StringComparison.Ordinal);
        Assert.DoesNotContain(ConnectProxy.Credentials($"user:{Sentinel}"), $"{error}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_cannot_be_reached_is_named()
    {
        using var closed = new ClosedPort();

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => Builder(
            "no-proxy", new Uri("wss://venue.example/"), $$"""proxy.address = "http://127.0.0.1:{{closed.Number}}", reconnect.max-attempts = 0""").ConnectAsync(Sys, Ct));

        Assert.Equal(ErrorClass.Refused, error.Reason.Class);
        Assert.Contains($"through proxy 127.0.0.1:{closed.Number}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_followed_where_the_option_says_so()
    {
        await using var server = await LineServer.StartAsync(RedirectFrom("/old", () => "/new"));
        var url = new Uri(server.Url, "/old");

        await using var client = await Builder("redirected", url, "follow-redirects = on").ConnectAsync(Sys, Ct);

        Assert.Equal("/new", server.Connection.PathAndQuery);
        await Assert.ThrowsAsync<ConnectionFailedException>(() => Builder("not-redirected", url).ConnectAsync(Sys, Ct));
    }

    [Fact]
    public async Task Headers_never_go_to_another_origin()
    {
        await using var other = await LineServer.StartAsync();
        await using var server = await LineServer.StartAsync(RedirectFrom("/", () => other.Url.ToString().Replace("ws:", "http:", StringComparison.Ordinal)));

        await Assert.ThrowsAsync<ConnectionFailedException>(
            () => Builder("carried-away", server.Url, "follow-redirects = on, reconnect.max-attempts = 0").Header("X-Key", Sentinel).ConnectAsync(Sys, Ct));

        Assert.Equal(0, other.Server.ConnectionsAccepted);
    }

    [Fact]
    public async Task A_sub_protocol_never_goes_to_another_origin()
    {
        await using var other = await LineServer.StartAsync();
        await using var server = await LineServer.StartAsync(RedirectFrom("/", () => other.Url.ToString().Replace("ws:", "http:", StringComparison.Ordinal)));

        await Assert.ThrowsAsync<ConnectionFailedException>(
            () => Builder("token-carried-away", server.Url, $"follow-redirects = on, reconnect.max-attempts = 0, sub-protocols = [{Sentinel}]").ConnectAsync(Sys, Ct));

        Assert.Equal(0, other.Server.ConnectionsAccepted);
    }

    [Fact]
    public async Task An_encrypted_connection_is_never_redirected_to_an_unencrypted_one()
    {
        await using var plain = await LineServer.StartAsync();
        var url = (await WebServer.GetAsync()).Route(
            context =>
            {
                context.Response.Redirect(plain.Url.ToString());
                return Task.CompletedTask;
            },
            tls: true);

        await Assert.ThrowsAsync<ConnectionFailedException>(
            () => Builder("downgraded", url, "follow-redirects = on, reconnect.max-attempts = 0").Transport(Trusting).ConnectAsync(Sys, Ct));

        Assert.Equal(0, plain.Server.ConnectionsAccepted);
    }

    [Fact]
    public async Task The_byte_stream_is_opened_by_the_connect_callback()
    {
        await using var server = await LineServer.StartAsync();
        var asked = new ConcurrentQueue<DnsEndPoint>();
        var hooks = new TransportHooks
        {
            ConnectCallback = async (endPoint, cancellationToken) =>
            {
                asked.Enqueue(endPoint);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, server.Url.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };

        await using var client = await Builder("own-stream", new Uri("ws://venue.invalid:4711/"), "allow-insecure = on, proxy.address = off").Transport(hooks).ConnectAsync(Sys, Ct);

        Assert.Equal(("venue.invalid", 4711), (asked.Single().Host, asked.Single().Port));
    }

    private static TransportHooks Trusting => new() { CertificateValidation = WebServer.Trust };

    private static WebSocketClientOptions Read(string name, Uri url, string hocon = "") => HoconOptionsReader.Read(
        ConfigurationFactory.ParseString($$"""
            akka-ws.connections.{{name}} {
              url = "{{url}}"
              {{hocon}}
            }
            """),
        name);

    private static WebSocketClientBuilder Builder(string name, Uri url, string hocon = "") =>
        WebSocketClient.Builder(name).Options(Read(name, url, hocon)).Protocol(new LineProtocol());

    private static ScriptedServerOptions RedirectFrom(string path, Func<string> target) => new()
    {
        OnUpgrade = context =>
        {
            if (context.Request.Path != path)
                return new(true);
            context.Response.StatusCode = (int)HttpStatusCode.TemporaryRedirect;
            context.Response.Headers.Location = target();
            return new(false);
        },
    };
}
