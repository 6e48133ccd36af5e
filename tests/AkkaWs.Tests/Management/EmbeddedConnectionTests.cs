using System.Net.WebSockets;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Management;

/// <summary>A connection that is the child of a user's actor: it serves as any other does, and ends with its parent.</summary>
public sealed class EmbeddedConnectionTests : ConnectionTest
{
    [Fact]
    public async Task It_takes_commands_heals_and_tells_its_parent_nothing_that_it_did_not_ask_for()
    {
        await using var server = await LineServer.StartAsync();
        var (parent, subscriber) = (CreateTestProbe(), CreateTestProbe());
        var connection = await StartAsync(server.Options("child"), parent);
        var epoch = (await AskAsync<ConnectionStatus>(connection, GetStatus.Instance)).Epoch;

        await AskAsync<Subscribed>(connection, new Subscribe(["a"], subscriber));
        var response = await AskAsync<Response>(connection, Request("order") with { WhenNotReady = WhenNotReady.Queue(Deadline) });
        await server.Connection.SendTextAsync("U|a|1", Ct);
        Assert.Equal("order", System.Text.Encoding.UTF8.GetString(response.Result.Span));
        Assert.Equal("U|a|1", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));

        server.Connection.Drop();
        await subscriber.ExpectMsgAsync<Interrupted>(Deadline);
        Assert.True((await subscriber.ExpectMsgAsync<Restored>(Deadline)).Epoch.Value > epoch.Value);
        Assert.False(parent.HasMessages);
        Assert.NotEqual("akkaws", connection.Path.Parent.Name);
    }

    [Fact]
    public async Task It_ends_with_its_parent()
    {
        await using var server = await LineServer.StartAsync();
        var (subscriber, watcher) = (CreateTestProbe(), CreateTestProbe());
        var connection = await StartAsync(server.Options("ends"), CreateTestProbe());
        await AskAsync<Subscribed>(connection, new Subscribe(["a"], subscriber));
        watcher.Watch(connection);

        Sys.ActorSelection(connection.Path.Parent).Tell(PoisonPill.Instance);

        await watcher.ExpectTerminatedAsync(connection, Deadline);
        await subscriber.FishForMessageAsync(message => message is TopicClosed, Deadline);
        await server.Server.WaitForConnectionsAsync(0, cancellationToken: Ct);
    }

    [Fact]
    public async Task The_stop_of_its_parent_is_an_ordinary_end_and_no_error()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        var (subscriber, events) = (CreateTestProbe(), CreateTestProbe());
        Sys.EventStream.Subscribe(events, typeof(ConnectionClosed));
        var connection = await StartAsync(server.Options("ordinary"), CreateTestProbe());
        await AskAsync<Subscribed>(connection, new Subscribe(["a"], subscriber));

        Sys.ActorSelection(connection.Path.Parent).Tell(PoisonPill.Instance);

        Assert.True((await subscriber.ExpectMsgAsync<TopicClosed>(Deadline)).Reason.IsGraceful);
        Assert.True((await events.ExpectMsgAsync<ConnectionClosed>(Deadline)).Reason.IsGraceful);
        Sys.Log.Error("behind everything that it has logged");
        await AwaitAssertAsync(() => Assert.Contains(logged, e => e.ToString().Contains("behind everything", StringComparison.Ordinal)), Deadline);
        Assert.DoesNotContain(LogProbe.Of(logged, "ordinary"), line => line.Level == LogLevel.ErrorLevel);
    }

    [Fact]
    public async Task One_that_is_killed_below_a_parent_that_goes_on_ends_with_an_error()
    {
        await using var server = await LineServer.StartAsync();
        var subscriber = CreateTestProbe();
        var connection = await StartAsync(server.Options("killed"), CreateTestProbe());
        await AskAsync<Subscribed>(connection, new Subscribe(["a"], subscriber));

        Sys.ActorSelection(connection.Path / "connection").Tell(Kill.Instance);

        Assert.Equal(ErrorClass.Internal, (await subscriber.ExpectMsgAsync<TopicClosed>(Deadline)).Reason.Class);
    }

    [Fact]
    public async Task A_parent_that_crashes_and_is_restarted_makes_it_anew()
    {
        await using var server = await LineServer.StartAsync();
        var (made, protocol) = (0, new LineProtocol());
        var props = WebSocketClient.Props(server.Options("anew"), () =>
        {
            Interlocked.Increment(ref made);
            return protocol;
        });
        var parent = Sys.ActorOf(Props.Create(() => new Fragile(props)).WithDeploy(Deploy.Local));
        await AskAsync<Subscribed>(parent, new Subscribe(["a"], CreateTestProbe()));
        await server.Server.WaitForConnectionsAsync(1, cancellationToken: Ct);

        parent.Tell(new Crash(), ActorRefs.NoSender);

        await AskAsync<Subscribed>(parent, new Subscribe(["a"], CreateTestProbe()));
        Assert.Equal((2, 2), (made, server.Server.ConnectionsAccepted));
        await server.Server.WaitForConnectionsAsync(1, cancellationToken: Ct);
    }

    [Fact]
    public async Task It_is_closed_with_a_close_frame_when_it_is_told_to_and_answers_then()
    {
        await using var server = await LineServer.StartAsync();
        var parent = CreateTestProbe();
        var connection = await StartAsync(server.Options("closes"), parent);
        await AskAsync<Subscribed>(connection, new Subscribe(["a"], CreateTestProbe()));

        Assert.True((await AskAsync<ConnectionClosed>(connection, Close.Instance)).Reason.IsGraceful);

        var refused = Assert.IsType<Status.Failure>(await connection.AskOutcomeAsync(Request("x"), Deadline));
        Assert.IsType<ConnectionClosedException>(refused.Cause);
        await server.Server.WaitForConnectionsAsync(0, cancellationToken: Ct);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, server.Server.ConnectionHistory[0].ClientCloseStatus);
        Assert.False(parent.HasMessages);
    }

    [Fact]
    public async Task The_end_of_the_actor_system_closes_it_with_the_others()
    {
        await using var server = await LineServer.StartAsync();
        var connection = await StartAsync(server.Options("with-others"), CreateTestProbe());
        await AskAsync<Subscribed>(connection, new Subscribe(["a"], CreateTestProbe()));

        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Deadline);

        await server.Server.WaitForConnectionsAsync(0, cancellationToken: Ct);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, server.Server.ConnectionHistory[0].ClientCloseStatus);
    }

    [Fact]
    public async Task A_crash_restarts_it_and_keeps_its_topics()
    {
        await using var server = await LineServer.StartAsync();
        var crashes = 1;
        var protocol = new LineProtocol { FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null! };
        var connection = await StartAsync(server.Options("crashes"), CreateTestProbe(), protocol);

        await AskAsync<Subscribed>(connection, new Subscribe(["a"], CreateTestProbe()));

        Assert.Equal(1, (await AskAsync<ConnectionStatus>(connection, GetStatus.Instance)).ConfirmedTopics);
    }

    [Fact]
    public async Task Nobody_waits_for_its_first_connect_so_that_it_never_fails_fast()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.Unauthorized, times: 1);
        var options = server.Options("patient");
        var slow = new SlowReconnectOptions { Initial = TimeSpan.FromMilliseconds(20), Max = TimeSpan.FromMilliseconds(20) };

        var connection = await StartAsync(options with { Reconnect = options.Reconnect with { Slow = slow } }, CreateTestProbe());

        await AskAsync<Response>(connection, Request("order") with { WhenNotReady = WhenNotReady.Queue(Deadline) });
    }

    [Fact]
    public async Task A_builder_makes_one_too_and_bad_options_are_told_before_there_is_an_actor()
    {
        await using var server = await LineServer.StartAsync();
        var builder = WebSocketClient.Builder("built-child").Url(server.Url).Protocol(_ => new LineProtocol());
        var connection = await ParentActor.StartChildAsync(Sys, builder.Props(Sys), CreateTestProbe());
        await AskAsync<Subscribed>(connection, new Subscribe(["a"], CreateTestProbe()));

        var bad = server.Options("bad") with { ConnectTimeout = TimeSpan.Zero };
        Assert.Equal("connect-timeout", Assert.Single(Assert.Throws<InvalidOptionsException>(() => WebSocketClient.Props(bad, () => new LineProtocol())).Errors).Key);
        Assert.Throws<InvalidOptionsException>(() => builder.With(options => options with { ConnectTimeout = TimeSpan.Zero }).Props(Sys));
    }

    [Fact]
    public async Task One_without_a_handler_stops_and_says_which_connection_it_was()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        var watcher = CreateTestProbe();
        var options = new WebSocketClientOptions { Name = "unspoken", Url = new Uri("ws://127.0.0.1:1/") };

        watcher.Watch(await ParentActor.StartChildAsync(Sys, WebSocketClient.Props(options, () => null!), CreateTestProbe()));

        await watcher.ExpectMsgAsync<Terminated>(Deadline);
        await AwaitAssertAsync(() => Assert.Contains(logged, e => e.Cause?.ToString().Contains("The protocol of connection unspoken is null.", StringComparison.Ordinal) is true), Deadline);
    }

    [Fact]
    public async Task A_subscriber_that_lags_is_logged_with_the_name_of_its_connection()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        var connection = await StartAsync(server.Options("lagging"), CreateTestProbe());
        var slow = CreateTestProbe();
        await AskAsync<Subscribed>(connection, new Subscribe(["a"], slow) { Options = new SubscribeOptions { Window = 1, Capacity = 1 } });

        for (var number = 1; number <= 3; number++)
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);

        await AwaitAssertAsync(() => Assert.Single(LogProbe.Of(logged, "lagging"), line => line.Message.EventName == "SubscriptionEnded"), Deadline);
    }

    private Task<IActorRef> StartAsync(WebSocketClientOptions options, IActorRef parent, LineProtocol? protocol = null) =>
        ParentActor.StartChildAsync(Sys, WebSocketClient.Props(options, () => protocol ?? new LineProtocol()), parent);

    private sealed record Crash : INoSerializationVerificationNeeded;

    private sealed class Fragile : ReceiveActor
    {
        public Fragile(Props child)
        {
            var feed = Context.ActorOf(child, "feed");
            Receive<Crash>(_ => throw new InvalidOperationException("on purpose"));
            ReceiveAny(feed.Forward);
        }
    }
}
