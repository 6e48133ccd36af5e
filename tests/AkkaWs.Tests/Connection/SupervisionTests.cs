using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What is a crash and what is not, and that nobody is left without an answer by either.</summary>
public sealed class SupervisionTests : ConnectionTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public SupervisionTests()
        : base("akka.test.filter-leeway = 10s")
    {
    }

    [Fact]
    public async Task The_failure_of_a_transport_is_not_logged_as_a_crash()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("no-crash"));
        var reconnected = NextAsync<Reconnected>(client);

        await EventFilter.Error().ExpectAsync(0, async () =>
        {
            server.Connection.Drop();
            await reconnected;
        });
    }

    [Fact]
    public async Task A_crash_of_the_connection_s_actor_is_logged_once_with_its_cause()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(server.Options("one-crash"), protocol);
        var crashes = 1;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("a bug in the handler") : null!;

        await EventFilter.Exception<InvalidOperationException>("a bug in the handler").ExpectOneAsync(
            async () => await (await client.SubscribeAsync("a", Ct)).DisposeAsync());
    }

    [Fact]
    public async Task Crashes_in_a_row_wait_ever_longer()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        var reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(10), Jitter = 0 };
        await using var client = await ConnectAsync(server.Options("ever-longer") with { Reconnect = reconnect }, protocol);
        var watcher = CreateTestProbe();
        client.Connection.Tell(new WatchConnection(watcher), ActorRefs.NoSender);
        var crashes = 5;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null!;

        await (await client.SubscribeAsync("a", Ct).WaitAsync(Patience)).DisposeAsync();

        var delays = new List<double>();
        while (delays.Count < 5)
            delays.Add(((Reconnecting)await watcher.FishForMessageAsync(m => m is Reconnecting, Patience)).Delay.TotalMilliseconds);
        Assert.Equal([10, 20, 40, 80, 160], delays);
    }

    [Fact]
    public async Task A_crash_while_closing_leaves_no_caller_without_an_answer()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("crash-closing"));
        server.Server.Stall();
        var first = client.Connection.Ask<ConnectionClosed>(Close.Instance, Patience);
        await AwaitAssertAsync(() => Assert.Equal(ConnectionState.Closing, client.State), Patience);
        var second = client.Connection.Ask<ConnectionClosed>(Close.Instance, Patience);

        client.Connection.Tell(new WatchConnection(null!), ActorRefs.NoSender);

        Assert.True((await first).Reason.IsGraceful);
        Assert.True((await second).Reason.IsGraceful);
        Assert.Equal(ConnectionState.Closed, client.State);
        Assert.IsType<Status.Failure>(await client.Connection.AskOutcomeAsync(Request("x"), Patience));
    }

    [Fact]
    public async Task An_actor_that_is_killed_while_closing_answers_who_waits_for_the_close()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("killed-closing"));
        server.Server.Stall();
        var closing = client.Connection.Ask<ConnectionClosed>(Close.Instance, Patience);
        await AwaitAssertAsync(() => Assert.Equal(ConnectionState.Closing, client.State), Patience);

        client.Connection.Tell(Kill.Instance, ActorRefs.NoSender);

        Assert.True((await closing).Reason.IsGraceful);
        await client.CloseAsync(Ct).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_command_that_the_actor_fails_on_is_answered()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("bad-command"));

        var failure = Assert.IsType<Status.Failure>(await client.Connection.AskOutcomeAsync(new Subscribe(null!, TestActor), Patience));

        Assert.IsType<NotSentException>(failure.Cause);
        await client.WaitUntilReadyAsync(Ct);
    }

    [Fact]
    public async Task Crashes_beyond_the_manager_s_bound_close_the_connection_with_the_cause_and_answer_everyone()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        var brief = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5));
        var options = server.Options("crash-on") with
        {
            Reconnect = new ReconnectOptions { InitialDelay = brief.Item1, MaxDelay = brief.Item2, Slow = new() { Initial = brief.Item1, Max = brief.Item2 } },
        };
        await using var client = await ConnectAsync(options, protocol);
        var closed = NextAsync<ConnectionClosed>(client);
        protocol.FailSubscribe = () => new InvalidOperationException("the bug");

        var waiting = client.SubscribeAsync("a", Ct);

        var error = await Assert.ThrowsAsync<ConnectionClosedException>(() => waiting.WaitAsync(Patience));
        Assert.Equal("the bug", error.InnerException?.Message);
        Assert.Contains("the bug", (await closed).Reason.Description, StringComparison.Ordinal);
        Assert.Equal(ErrorClass.Internal, (await closed).Reason.Class);
        Assert.Equal("the bug", (await Assert.ThrowsAsync<ConnectionClosedException>(() => client.WaitUntilReadyAsync(Ct))).InnerException?.Message);
    }
}
