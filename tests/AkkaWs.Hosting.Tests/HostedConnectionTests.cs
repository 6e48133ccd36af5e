using System.Text;
using Akka.Actor;
using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Messages;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AkkaWs.Hosting.Tests;

public sealed class HostedConnectionTests : HostTest
{
    [Fact]
    public async Task A_started_host_has_a_connection_by_name_by_typed_key_and_by_the_factory()
    {
        var host = await StartAsync(akka => akka.WithWebSocket<Feeding>("feed", Feed));
        var factory = host.Services.GetRequiredService<IWebSocketClientFactory>();

        var client = ClientOf(host, "feed");
        var actor = host.Services.GetRequiredService<IRequiredActor<Feeding>>().ActorRef;

        await client.WaitUntilReadyAsync(Ct);
        Assert.Equal(client.Connection, actor);
        Assert.Equal("/user/akkaws/feed", actor.Path.ToStringWithoutAddress());
        Assert.Same(client, factory.Get("feed"));
        Assert.Same(client, await factory.GetAsync("feed", Ct));
        Assert.Same(client, host.Services.GetRequiredKeyedService<WebSocketClient>(typeof(Feeding)));
        Assert.Same(client, host.Services.GetRequiredKeyedService<IWebSocketClient>("feed"));
        Assert.Equal(["feed"], factory.Names);
        Assert.Equal("echo", await EchoAsync(client, "echo"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fake_takes_the_place_of_the_client_of_its_name_whichever_comes_first(bool isFakeFirst)
    {
        await using var fake = new FakeWebSocketClient("feed");
        var services = new ServiceCollection();
        if (!isFakeFirst)
            services.AddAkkaWs();
        services.AddKeyedSingleton<IWebSocketClient>("feed", fake).AddSingleton<Strategy>();
        if (isFakeFirst)
            services.AddAkkaWs();
        await using var provider = services.BuildServiceProvider();

        Assert.Same(fake, provider.GetRequiredService<Strategy>().Client);
    }

    [Fact]
    public async Task A_service_that_knows_the_interface_alone_trades_over_the_host_s_connection()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), builder => builder.Services.AddSingleton<Strategy>());

        var client = host.Services.GetRequiredService<Strategy>().Client;

        await client.WaitUntilReadyAsync(Ct);
        await using var updates = await client.SubscribeAsync("a", Ct);
        await Server.Connection.SendTextAsync("U|a|1", Ct);
        Assert.Equal("a", (await updates.AsChannel().ReadAsync(Ct)).Topic.Value);
    }

    [Fact]
    public async Task A_worker_that_gets_its_client_injected_before_the_start_has_its_calls_wait_for_it()
    {
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", Feed),
            builder => builder.Services.AddSingleton<Worker>().AddHostedService(provider => provider.GetRequiredService<Worker>()));

        var worker = host.Services.GetRequiredService<Worker>();

        Assert.Equal(ConnectionState.Disconnected, worker.StateWhenMade);
        Assert.IsType<ConnectionNotOpenException>(worker.ErrorWhenMade);
        Assert.Equal("topic", (await worker.Subscribed.Task.WaitAsync(Ct)).Topics[0].Value);
    }

    [Fact]
    public async Task Actors_that_are_declared_behind_a_connection_find_it_in_the_registry()
    {
        IActorRef? found = null;

        var host = await StartAsync(akka => akka.WithWebSocket<Feeding>("feed", Feed).WithActors((_, registry) => found = registry.Get<Feeding>()));

        Assert.Equal(ClientOf(host, "feed").Connection, found);
    }

    [Fact]
    public async Task Stopping_the_host_closes_its_connections_with_a_close_frame()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed));
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);

        await host.StopAsync(Ct);

        Assert.Equal(ConnectionState.Closed, client.State);
        await Server.Server.WaitForConnectionsAsync(0, cancellationToken: Ct);
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.SubscribeAsync("topic", Ct));
    }

    [Fact]
    public async Task A_stop_waits_for_the_answer_to_a_request_in_flight()
    {
        Server.AnswersRequests = false;
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", Feed),
            builder => builder.Services.AddAkkaWs(new AkkaWsHostingOptions { DrainTimeout = TimeSpan.FromSeconds(4) }));
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        var answer = client.RequestRawAsync(new Request("late"u8.ToArray()), Ct);
        var request = await Server.Server.WaitForMessageAsync(message => message.Text.StartsWith("req|", StringComparison.Ordinal), cancellationToken: Ct);

        var stop = host.StopAsync(Ct);
        await Server.Connection.SendTextAsync($"R|{request.Text.Split('|')[1]}|ok|done", Ct);

        Assert.Equal("done", Encoding.UTF8.GetString((await answer).Result.Span));
        await stop;
    }

    [Fact]
    public async Task A_stop_that_has_waited_long_enough_gives_the_request_its_typed_outcome()
    {
        Server.AnswersRequests = false;
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", Feed),
            builder => builder.Services.AddAkkaWs(new AkkaWsHostingOptions { DrainTimeout = TimeSpan.FromMilliseconds(50) }));
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        var answer = client.RequestRawAsync(new Request("never"u8.ToArray()), Ct);
        await Server.Server.WaitForMessageAsync(message => message.Text.StartsWith("req|", StringComparison.Ordinal), cancellationToken: Ct);

        await host.StopAsync(Ct);

        await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => answer);
    }

    [Fact]
    public async Task A_host_that_never_starts_ends_its_clients()
    {
        var host = Build(akka => akka.WithWebSocket("feed", Feed));
        var client = ClientOf(host, "feed");
        var waiting = client.SubscribeAsync("topic", Ct);

        host.Dispose();

        await Assert.ThrowsAsync<ConnectionClosedException>(() => waiting);
        Assert.Equal(ConnectionState.Closed, client.State);
    }

    [Fact]
    public async Task Two_hosts_in_one_process_have_connections_of_the_same_name_and_stop_apart()
    {
        var one = await StartAsync(akka => akka.WithWebSocket<Feeding>("feed", Feed));
        var other = await StartAsync(akka => akka.WithWebSocket<Feeding>("feed", Feed));
        var (first, second) = (ClientOf(one, "feed"), ClientOf(other, "feed"));
        await first.WaitUntilReadyAsync(Ct);
        await second.WaitUntilReadyAsync(Ct);
        Assert.NotSame(first, second);

        await one.StopAsync(Ct);

        Assert.Equal(ConnectionState.Closed, first.State);
        Assert.Equal("alive", await EchoAsync(second, "alive"));
    }

    [Fact]
    public async Task The_factory_opens_further_connections_with_the_hosts_services()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), builder => builder.Services.AddTransient<LineProtocol>());
        var factory = host.Services.GetRequiredService<IWebSocketClientFactory>();

        await using var client = await factory.OpenAsync("another", ws => ws.Url(Server.Url).Protocol<LineProtocol>(), Ct);

        await client.WaitUntilReadyAsync(Ct);
        Assert.Equal("echo", await EchoAsync(client, "echo"));
    }

    [Fact]
    public async Task An_unknown_name_is_refused_with_those_that_there_are()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed));

        var error = Assert.Throws<ArgumentException>(() => ClientOf(host, "fed"));

        Assert.Contains("fed; there are: feed", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => host.Services.GetRequiredService<IWebSocketClientFactory>().GetAsync("fed", Ct));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(25 * 60 * 60)]
    public void A_drain_timeout_out_of_range_is_refused(int seconds)
    {
        var options = new AkkaWsHostingOptions { DrainTimeout = TimeSpan.FromSeconds(seconds) };

        Assert.Contains("0 to 1 day", Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddAkkaWs(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_client_itself_knows_no_host() =>
        Assert.DoesNotContain(
            typeof(WebSocketClient).Assembly.GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith("Microsoft.Extensions", StringComparison.Ordinal) || reference.Name.Contains("Hosting", StringComparison.Ordinal));

    [Fact]
    public void AddAkkaWs_without_an_actor_system_says_what_is_missing()
    {
        using var services = new ServiceCollection().AddAkkaWs().BuildServiceProvider();

        var error = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IWebSocketClientFactory>());

        Assert.Contains("services.AddAkka", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> EchoAsync(WebSocketClient client, string text) =>
        Encoding.UTF8.GetString((await client.RequestRawAsync(new Request(Encoding.UTF8.GetBytes(text)), Ct)).Result.Span);

    private sealed class Feeding;

    private sealed class Strategy([FromKeyedServices("feed")] IWebSocketClient client)
    {
        public IWebSocketClient Client => client;
    }

    private sealed class Worker : BackgroundService
    {
        private readonly WebSocketClient _client;

        public Worker([FromKeyedServices("feed")] WebSocketClient client)
        {
            _client = client;
            StateWhenMade = client.State;
            ErrorWhenMade = Record.Exception(() => client.Connection);
        }

        public ConnectionState StateWhenMade { get; }

        public Exception ErrorWhenMade { get; }

        public TaskCompletionSource<TopicSubscription> Subscribed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
            Subscribed.SetResult(await _client.SubscribeAsync("topic", stoppingToken));
    }
}
