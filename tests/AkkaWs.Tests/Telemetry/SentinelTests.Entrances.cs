using System.Net;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Protocol.Legacy;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;
using AkkaWs.Wire.Tests.Support;

#pragma warning disable CS0618 // The obsolete interface goes on working.

namespace AkkaWs.Tests.Telemetry;

// Each entrance that takes a secret of a kind of its own.
public sealed partial class SentinelTests
{
    private const string ListenKey = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_key_in_the_path(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        var options = Plain(server, logsPayloads) with { Url = new Uri(server.Url, "/ws/" + ListenKey) };
        await using (await ConnectAsync(options))
            Assert.Equal("/ws/" + ListenKey, server.Server.ConnectionHistory[0].PathAndQuery);
        server.Server.RefuseConnections(HttpStatusCode.NotFound);
        _exits.Say(options, new ConnectionEndpoint(options.Url, []), await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(options)));
        foreach (var wrong in new[] { new Uri(options.Url + "#f"), new Uri($"http://example.com/ws/{ListenKey}"), new Uri($"ws://example.com/ws/{ListenKey}"), new Uri(ListenKey + "/x", UriKind.Relative) })
        {
            _exits.Say([.. OptionsValidator.Validate(options with { Url = wrong })]);
            _exits.Say(await Assert.ThrowsAsync<InvalidOptionsException>(() => ConnectAsync(options with { Url = wrong })));
        }

        _exits.Say(await Assert.ThrowsAsync<InvalidOptionsException>(
            () => WebSocketClient.Builder("sentinel").Url($"ws//{ListenKey}/{ListenKey}").Protocol(new LineProtocol()).ConnectAsync(Sys, Ct)));

        await AssertSilentAsync([ListenKey]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_sub_protocol(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync(new ScriptedServerOptions { SubProtocol = "other" });
        var options = Plain(server, logsPayloads) with { SubProtocols = ["v1", Login] };

        _exits.Say(options, await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(options)));

        Assert.Contains(Login, server.Server.ConnectionHistory[0].RequestHeaders["Sec-WebSocket-Protocol"], StringComparison.Ordinal);
        await AssertSilentAsync([Login]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_proxy(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        await using var proxy = new ConnectProxy("user:other");
        var options = Plain(server, logsPayloads) with
        {
            AllowInsecure = true,
            Proxy = new ProxyOptions { Address = $"http://127.0.0.1:{proxy.Port}", User = Header, Password = Login },
        };

        _exits.Say(options, options.Proxy, await Assert.ThrowsAnyAsync<WebSocketClientException>(() => ConnectAsync(options)));

        Assert.Contains(proxy.Requests, request => request.Contains(ConnectProxy.Authorization($"{Header}:{Login}"), StringComparison.Ordinal));
        await AssertSilentAsync([Header, Login, ConnectProxy.Credentials($"{Header}:{Login}")]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_client_certificate(bool logsPayloads)
    {
        using var certificate = WebServer.CreateCertificate(Login);
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var url = (await WebServer.GetAsync()).Route(
            async context =>
            {
                seen.TrySetResult((await context.Connection.GetClientCertificateAsync())?.Subject);
                context.Response.StatusCode = 403;
            },
            tls: true);
        var options = new WebSocketClientOptions { Name = "sentinel", Url = url, Telemetry = new TelemetryOptions { LogPayloads = logsPayloads } };
        var hooks = new TransportHooks { ClientCertificates = [certificate], CertificateValidation = WebServer.Trust };

        _exits.Say(await Assert.ThrowsAsync<ConnectionFailedException>(
            () => WebSocketClient.Builder("sentinel").Options(options).Protocol(new LineProtocol()).Transport(hooks).ConnectAsync(Sys, Ct)));

        Assert.Equal("CN=" + Login, await seen.Task.WaitAsync(Deadline));
        await AssertSilentAsync([Login, certificate.SerialNumber, certificate.Thumbprint]);
    }

    [Theory]
    [InlineData(true, "auth|{0}")]
    [InlineData(false, "auth|{0}")]
    [InlineData(true, "{{\"args\":[\"{0}\"],\"op\":\"login\"}}")]
    [InlineData(true, "x Bearer {0}")]
    [InlineData(true, "a=1&pwd={0}")]
    [InlineData(true, "{{\"sig\":\"{0}\"}}")]
    public async Task No_secret_is_told_of_a_login_that_is_a_request(bool logsPayloads, string login)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Plain(server, logsPayloads) with { AuthenticateOnConnect = false }, Protocol());
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, login, Login);

        await client.SendAsync(text, Ct);
        _exits.Say(await client.RequestRawAsync(Request(text), Ct));
        server.AnswersRequests = false;
        var lost = client.RequestRawAsync(Request(text), Ct);
        await AwaitAssertAsync(() => Assert.Equal(3, server.Received.Count(message => message.Contains(Login, StringComparison.Ordinal))), Deadline);
        await client.CloseAsync(Ct);
        _exits.Say(await Assert.ThrowsAnyAsync<WebSocketClientException>(() => lost));

        await AssertSilentAsync([Login]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_legacy_login(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        await using (await ConnectAsync(Plain(server, logsPayloads), new LegacyExchangeAdapter(new Simple())))
            await AwaitAssertAsync(() => Assert.Contains($"hello {Login}", server.Received), Deadline);
        _exits.Say("closed");

        await AssertSilentAsync([Login]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_an_endpoint_provider_that_fails(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        var handler = Protocol(endpoint: _ => throw new InvalidOperationException(
            $"https://me:{Header}@api.example/x?signature={Signing} answered 401", new FormatException($"cannot read {{\"apiKey\":\"{Login}\"}} of 'Bearer {Payload}'")));

        _exits.Say(await Assert.ThrowsAsync<ConnectionFailedException>(
            () => ConnectAsync(Plain(server, logsPayloads) with { Reconnect = new ReconnectOptions { MaxAttempts = 0 } }, handler)));

        await AssertSilentAsync([Header, Login, Signing, Payload]);
    }

    private static WebSocketClientOptions Plain(LineServer server, bool logsPayloads) => server.Options("sentinel") with { Telemetry = new TelemetryOptions { LogPayloads = logsPayloads } };

    private sealed class Simple : IExchangeHandler
    {
        public string? TopicOf(string message) => null;

        public string SubscribeMessage(string topic) => "+" + topic;

        public string? AuthenticationMessage() => "hello " + Login;
    }
}
