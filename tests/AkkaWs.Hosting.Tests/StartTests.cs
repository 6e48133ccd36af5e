using System.Net;
using System.Net.Sockets;
using Akka.Hosting;
using AkkaWs.Errors;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AkkaWs.Hosting.Tests;

public sealed class StartTests : HostTest
{
    private static readonly WebSocketStartOptions Waiting = new() { WaitForReady = true };

    [Fact]
    public async Task A_start_that_is_to_wait_completes_when_the_connection_is_Ready()
    {
        Server.AnswersLogin = false;
        var host = Build(akka => akka.WithWebSocket("feed", ws => ws.Url(Server.Url).Protocol(new LineProtocol { Authenticates = true }), Waiting));

        var start = host.StartAsync(Ct);
        await Server.Server.WaitForMessageAsync(message => message.Text == "auth|secret", cancellationToken: Ct);
        Assert.False(start.IsCompleted);
        await Server.Connection.SendTextAsync("S|auth|ok", Ct);
        await start;

        Assert.Equal(ConnectionState.Ready, ClientOf(host, "feed").State);
    }

    [Fact]
    public async Task A_start_that_waits_in_vain_fails_with_the_connection_and_the_cause()
    {
        var waiting = Waiting with { ReadyTimeout = TimeSpan.FromSeconds(2) };
        var host = Build(akka => akka.WithWebSocket("feed", ws => ws.Url(Nowhere()).Protocol(new LineProtocol()), waiting));

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => host.StartAsync(Ct));

        Assert.Equal("feed", error.Connection);
        Assert.Equal(ErrorClass.Refused, error.Reason.Class);
        Assert.Contains("not Ready within 2 s ", error.Message, StringComparison.Ordinal);
        Assert.Equal(ConnectionState.Closed, ClientOf(host, "feed").State);
    }

    [Fact]
    public async Task A_start_that_need_not_wait_succeeds_though_nobody_listens()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", ws => ws.Url(Nowhere()).Protocol(new LineProtocol())));

        await UntilAsync(ClientOf(host, "feed"), ConnectionState.Reconnecting);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task A_rejected_login_that_is_final_fails_the_start_at_once()
    {
        Server.LoginRejection = "bad key";
        var host = Build(akka => akka.WithWebSocket(
            "feed", ws => ws.Url(Server.Url).Protocol(new LineProtocol { Authenticates = true }).Reconnect(reconnect => reconnect with { MaxRejections = 0 }), Waiting));

        var error = await Assert.ThrowsAnyAsync<ConnectionClosedException>(() => host.StartAsync(Ct));

        Assert.Equal(ErrorClass.AuthenticationRejected, error.Reason.Class);
    }

    [Fact]
    public async Task Invalid_options_fail_the_start_with_every_finding_of_every_connection_and_open_none()
    {
        var host = Build(akka => akka
            .WithWebSocket("good", Feed)
            .WithWebSocket("one", ws => ws.Url("https://example.com").Protocol(new LineProtocol()).Reconnect(reconnect => reconnect with { Jitter = 2 }))
            .WithWebSocket("two", ws => Feed(ws).Queue(queue => queue with { Capacity = 0 }), new WebSocketStartOptions { ReadyTimeout = TimeSpan.Zero }));

        var error = await Assert.ThrowsAsync<InvalidConnectionsException>(() => host.StartAsync(Ct));

        Assert.IsAssignableFrom<OptionsValidationException>(error);
        Assert.Equal(["one", "two"], error.Connections.Select(connection => connection.Connection));
        Assert.Equal(["url", "reconnect.jitter"], error.Connections[0].Errors.Select(finding => finding.Key));
        Assert.Equal(["queue.capacity", "ready-timeout"], error.Connections[1].Errors.Select(finding => finding.Key));
        Assert.Contains("one: reconnect.jitter is 2, allowed: 0 to 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("two: queue.capacity is 0, allowed: 1 to 1000000", error.Message, StringComparison.Ordinal);
        Assert.Equal(ConnectionState.Closed, ClientOf(host, "good").State);
        Assert.Empty(Server.Received);
        Assert.Equal(0, Server.Server.ConnectionCount);
    }

    [Fact]
    public async Task A_client_of_a_host_whose_start_failed_says_so()
    {
        var host = Build(akka => akka.WithWebSocket("feed", ws => Feed(ws).Queue(queue => queue with { Capacity = 0 })));
        var waiting = ClientOf(host, "feed").SubscribeAsync("topic", Ct);

        await Assert.ThrowsAsync<InvalidConnectionsException>(() => host.StartAsync(Ct));

        var error = await Assert.ThrowsAsync<ConnectionClosedException>(() => waiting);
        Assert.Contains("queue.capacity", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_handler_for_two_connections_is_refused()
    {
        var shared = new LineProtocol();
        var host = Build(akka => akka
            .WithWebSocket("one", ws => ws.Url(Server.Url).Protocol(shared))
            .WithWebSocket("two", ws => ws.Url(Server.Url).Protocol(shared)));

        var error = await Assert.ThrowsAsync<InvalidConnectionsException>(() => host.StartAsync(Ct));

        Assert.Contains("two: protocol is the same LineProtocol as of one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_declared_twice_fails_the_start()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(akka => akka.WithWebSocket("feed", Feed).WithWebSocket("feed", Feed)));

        Assert.Contains("feed is declared already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_another_actor_has_fails_the_start()
    {
        var host = Build(akka => akka.WithWebSocket<StartTests>("one", Feed).WithWebSocket<StartTests>("two", Feed));

        var error = await Assert.ThrowsAsync<DuplicateActorRegistryException>(() => host.StartAsync(Ct));

        Assert.Contains("two", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_AddAkkaWs_a_connection_opens_that_needs_no_services()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        AddAkka(builder.Services, akka => akka.WithWebSocket<StartTests>("feed", Feed, Waiting));
        using var host = builder.Build();

        await host.StartAsync(Ct);

        Assert.NotNull(host.Services.GetRequiredService<IRequiredActor<StartTests>>().ActorRef);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Without_AddAkkaWs_a_handler_from_the_services_says_what_is_missing()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        AddAkka(builder.Services, akka => akka.WithWebSocket("feed", ws => ws.Url(Server.Url).Protocol<LineProtocol>()));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Ct));

        Assert.Contains("services.AddAkkaWs()", error.Message, StringComparison.Ordinal);
    }

    // A port that was free a moment ago, and that nobody listens on.
    private static Uri Nowhere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }
}
