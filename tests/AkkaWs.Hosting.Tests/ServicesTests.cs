using System.Collections.Concurrent;
using System.Net.Security;
using AkkaWs.Errors;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting.Tests;

/// <summary>Handlers and providers come from the host's services.</summary>
public sealed class ServicesTests : HostTest
{
    [Fact]
    public async Task A_handler_and_a_login_come_from_the_services()
    {
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", ws => ws.Url(Server.Url).Protocol<LineProtocol>().Login<TokenLogin>()),
            builder => builder.Services.AddTransient<LineProtocol>().AddSingleton(new Token("t0ken")));

        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        Assert.Equal("auth|t0ken", Server.Received[0]);
    }

    [Fact]
    public async Task Url_and_headers_are_asked_for_at_each_attempt_in_the_order_of_the_providers()
    {
        var asked = new ConcurrentQueue<string>();
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", ws => ws.Url(new Uri("ws://127.0.0.1:1/")).Protocol<LineProtocol>().Endpoint<Moved>().Endpoint<Signed>()),
            builder => builder.Services.AddTransient<LineProtocol>().AddSingleton(new Place(Server.Url)).AddSingleton(asked));
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        var first = client.Epoch;

        await Server.Server.DropAllAsync();
        await UntilReadyAgainAsync(client, first.Value);

        Assert.Equal([$"signed {Server.Url}", $"signed {Server.Url}"], asked.Take(2));
    }

    [Fact]
    public async Task A_reconnect_policy_comes_from_the_services()
    {
        var policy = new KnownPolicy();
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", ws => Feed(ws).ReconnectPolicy<KnownPolicy>()),
            builder => builder.Services.AddSingleton(policy));
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);

        await Server.Server.DropAllAsync();

        await policy.Asked.WaitAsync(Ct);
    }

    [Fact]
    public async Task A_connection_of_the_configuration_takes_the_handler_under_its_key_or_its_name()
    {
        var host = await StartAsync(
            akka => akka.WithWebSockets(Settings().GetSection("AkkaWs")),
            builder => builder.Services
                .AddKeyedTransient<ProtocolHandler>("line", (_, _) => new LineProtocol { Greetings = ["by key"] })
                .AddKeyedTransient<ProtocolHandler>("named", (_, _) => new LineProtocol { Greetings = ["by name"] }));

        await ClientOf(host, "keyed").WaitUntilReadyAsync(Ct);
        await ClientOf(host, "named").WaitUntilReadyAsync(Ct);

        await Server.Server.WaitForMessageAsync(message => message.Text == "by key", cancellationToken: Ct);
        await Server.Server.WaitForMessageAsync(message => message.Text == "by name", cancellationToken: Ct);
    }

    [Fact]
    public async Task A_handler_that_is_no_service_is_a_finding_with_its_key()
    {
        var host = Build(akka => akka.WithWebSockets(Settings().GetSection("AkkaWs")));

        var error = await Assert.ThrowsAsync<InvalidConnectionsException>(() => host.StartAsync(Ct));

        Assert.Contains("keyed: protocol is \"line\", allowed: the key of a ProtocolHandler", error.Message, StringComparison.Ordinal);
        Assert.Contains("named: protocol is \"named\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_is_judged_by_the_validation_among_the_services(bool accepts)
    {
        using var certificate = Certificates.Create("localhost");
        var judged = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = BareServer.Start(async (_, stream, stopped) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(certificate);
            await BareServer.AcceptUpgradeAsync(tls, stopped);
            await Task.Delay(Timeout.Infinite, stopped);
        });
        var hooks = new TransportHooks
        {
            CertificateValidation = (_, shown, _, _) =>
            {
                judged.TrySetResult(shown?.GetCertHashString());
                return accepts;
            },
        };
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", ws => ws.Url(new UriBuilder(server.Url) { Scheme = "wss" }.Uri).Protocol(_ => new LineProtocol())),
            builder => builder.Services.AddSingleton(hooks));

        var line = await Log.WithIdAsync(accepts ? 1023 : 1013, Ct);

        Assert.Equal(certificate.GetCertHashString(), await judged.Task.WaitAsync(Ct));
        Assert.Equal((accepts ? LogLevel.Warning : LogLevel.Error, "AkkaWs.Connection"), (line.Level, line.Category));
        if (accepts)
            await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);
        else
            Assert.Equal(ErrorClass.Tls, (await ClientOf(host, "feed").GetStatusAsync(Ct)).LastReason?.Class);
    }

    private Microsoft.Extensions.Configuration.IConfigurationRoot Settings() => Memory.Of(
        ("AkkaWs:Connections:keyed:Url", Server.Url.ToString()),
        ("AkkaWs:Connections:keyed:Protocol", "line"),
        ("AkkaWs:Connections:named:Url", Server.Url.ToString()));

    private sealed record Token(string Value);

    private sealed record Place(Uri Url);

    private sealed class TokenLogin(Token token) : ILoginProvider
    {
        public ValueTask<OutboundMessage> BuildLoginAsync(CancellationToken cancellationToken) => new(OutboundMessage.Text($"auth|{token.Value}"));
    }

    private sealed class Moved(Place place) : IEndpointProvider
    {
        public ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint endpoint, CancellationToken cancellationToken) => new(endpoint with { Url = place.Url });
    }

    private sealed class Signed(ConcurrentQueue<string> asked) : IEndpointProvider
    {
        public ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint endpoint, CancellationToken cancellationToken)
        {
            asked.Enqueue($"signed {endpoint.Url}");
            return new(endpoint with { Headers = [.. endpoint.Headers, new("X-Signed", "yes")] });
        }
    }

    private sealed class KnownPolicy : IReconnectPolicy
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public ReconnectDecision Decide(ReconnectSituation situation, ReconnectOptions options, double chance)
        {
            _asked.TrySetResult();
            return ReconnectPolicy.Default.Decide(situation, options, chance);
        }
    }
}
