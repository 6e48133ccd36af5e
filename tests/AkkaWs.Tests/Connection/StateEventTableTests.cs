using System.Reflection;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Connection;

/// <summary>
/// State × event, generated: every command in every state has one answer, and no event that belongs to an earlier epoch moves or harms a state.
/// The rows are the public messages and the internal signals as they are in the assembly: a new one without a sample here fails.
/// </summary>
public sealed class StateEventTableTests : VirtualTimeTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A sample of each command, and the type that answers it where it is obeyed; null: it is not answered.</summary>
    private static readonly Dictionary<Type, (Func<IActorRef, object> Sample, Type? Answer)> Commands = new()
    {
        [typeof(Subscribe)] = (actor => new Subscribe(["a", "b"], actor), typeof(Subscribed)),
        [typeof(Unsubscribe)] = (actor => new Unsubscribe(["z"], actor), typeof(Unsubscribed)),
        [typeof(Request)] = (_ => new Request("x"u8.ToArray()), typeof(Response)),
        [typeof(CancelRequest)] = (_ => new CancelRequest("unknown"), null),
        [typeof(Send)] = (_ => new Send("x"u8.ToArray()), typeof(Sent)),
        [typeof(GetStatus)] = (_ => GetStatus.Instance, typeof(ConnectionStatus)),
        [typeof(GetMetrics)] = (_ => GetMetrics.Instance, typeof(ConnectionMetrics)),
        [typeof(GetTopics)] = (_ => GetTopics.Instance, typeof(ConnectionTopics)),
        [typeof(WatchConnection)] = (actor => new WatchConnection(actor), null),
        [typeof(UnwatchConnection)] = (actor => new UnwatchConnection(actor), null),
        [typeof(Rotate)] = (_ => Rotate.Instance, typeof(Rotated)),
        [typeof(Reconfigure)] = (_ => new Reconfigure(new AkkaWs.Options.WebSocketClientOptions { Name = "table", Url = new Uri("ws://127.0.0.1:1") }), typeof(Reconfigured)),
        [typeof(Close)] = (_ => Close.Instance, typeof(ConnectionClosed)),
    };

    private static readonly HashSet<Type> Answers =
    [
        typeof(Subscribed), typeof(Unsubscribed), typeof(Response), typeof(Sent), typeof(ConnectionStatus), typeof(ConnectionMetrics), typeof(LatencyMetrics), typeof(Reconfigured), typeof(WhenNotReady),
        typeof(SubscribeOptions), typeof(Ack), typeof(UnconfirmedTopic), typeof(SubscriptionBacklog), typeof(SubscriberMailbox), typeof(ConnectionTopics), typeof(TopicStatus),
    ];

    private static readonly ConnectionState[] Lasting =
        [ConnectionState.Connecting, ConnectionState.Authenticating, ConnectionState.Ready, ConnectionState.Reconnecting, ConnectionState.Closing, ConnectionState.Closed];

    public static TheoryData<ConnectionState> States => [.. Lasting];

    [Fact]
    public void The_table_has_every_state_that_lasts_and_every_command()
    {
        Assert.Equal(
            Enum.GetValues<ConnectionState>().Except([ConnectionState.Disconnected, ConnectionState.Connected]),
            Lasting);
        var messages = typeof(Subscribe).Assembly.GetExportedTypes().Where(type =>
            type.Namespace == typeof(Subscribe).Namespace && !type.IsEnum && !type.IsAbstract
            && !type.IsAssignableTo(typeof(ConnectionEvent)) && !type.IsAssignableTo(typeof(TopicMessage)));

        Assert.Empty(messages.Except(Commands.Keys).Except(Answers).Select(type => $"{type.Name} has no row in the table of states and commands"));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Every_command_has_its_answer(ConnectionState state)
    {
        await using var connection = await OpenInAsync(state);
        var actor = connection.Actor;
        var probe = CreateTestProbe();
        var unhandled = CreateTestProbe();
        Sys.EventStream.Subscribe(unhandled, typeof(UnhandledMessage));
        var answers = new List<(object Command, Type Answer, Task<object> Given)>();
        foreach (var (type, (sample, answer)) in Commands)
        {
            var command = sample(probe);
            if (type == typeof(Close))
                continue;
            if (answer is null)
                actor.Tell(command, ActorRefs.NoSender);
            else
                answers.Add((command, answer, actor.AskOutcomeAsync(command, Patience)));
        }

        Assert.Equal(state, (await AskAsync<ConnectionStatus>(actor, GetStatus.Instance)).State);
        if (state == ConnectionState.Ready)
            await Task.WhenAll(answers.Select(a => a.Given)).WaitAsync(Patience);

        connection.Release();
        Assert.True((await actor.Ask<ConnectionClosed>(Close.Instance, Patience)).Reason.IsGraceful);
        foreach (var (command, answer, given) in answers)
            AssertAnswers(state, command, answer, await given.WaitAsync(Patience));
        Assert.False(unhandled.HasMessages);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task No_signal_of_another_epoch_moves_the_state(ConnectionState state)
    {
        await using var connection = await OpenInAsync(state);
        var events = CreateTestProbe();
        var unhandled = CreateTestProbe();
        Sys.EventStream.Subscribe(unhandled, typeof(UnhandledMessage));
        Sys.EventStream.Subscribe(events, typeof(ConnectionEvent));

        foreach (var type in SignalTypes())
        {
            connection.Actor.Tell(Sample(type), ActorRefs.NoSender);
            Assert.True(state == (await AskAsync<ConnectionStatus>(connection.Actor, GetStatus.Instance)).State, $"{type.Name} moved {state}");
            Assert.False(events.HasMessages, $"{type.Name} in {state} had an effect");
        }

        Assert.False(unhandled.HasMessages);
    }

    private static void AssertAnswers(ConnectionState state, object command, Type answer, object given)
    {
        if (given is Status.Failure failure)
        {
            var error = Assert.IsAssignableFrom<WebSocketClientException>(failure.Cause);
            Assert.Same(command, error.Command);
            Assert.NotEqual(ConnectionState.Ready, state);
            Assert.IsType(RefusalOf(command, state), error);
        }
        else
        {
            Assert.IsType(answer, given);
            Assert.True(state == ConnectionState.Ready || command is Unsubscribe or GetStatus or GetMetrics or GetTopics or Reconfigure, $"{command} was answered by {given} in {state}");
        }
    }

    private static Type RefusalOf(object command, ConnectionState state) =>
        state is ConnectionState.Closing or ConnectionState.Closed || command is Subscribe ? typeof(ConnectionClosedException)
        : command is Rotate ? typeof(RotationFailedException)
        : typeof(NotSentException);

    private static IEnumerable<Type> SignalTypes() => typeof(ConnectionSignal).Assembly.GetTypes().Where(type =>
        !type.IsAbstract && (type.IsAssignableTo(typeof(ConnectionSignal)) || type.IsAssignableTo(typeof(TransportSignal))));

    private static object Sample(Type type)
    {
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(c => c.GetParameters() is not [var only] || only.ParameterType != type)
            .MaxBy(c => c.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Value(p.ParameterType))]);
    }

    private static object? Value(Type type) =>
        type == typeof(BatchCredit) ? new BatchCredit(new CreditGate(1))
        : type == typeof(WireConnection) ? WireConnection.FromStream(new MemoryStream(), new WireOptions())
        : type == typeof(RequestId) ? new RequestId("of-another-epoch")
        : type == typeof(Epoch) ? Epoch.None
        : type == typeof(OutboundMessage) ? OutboundMessage.Text("x")
        : type == typeof(Exception) ? new InvalidOperationException("of another epoch")
        : type.IsValueType ? Activator.CreateInstance(type) : null;

    private async Task<Opened> OpenInAsync(ConnectionState state)
    {
        var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        var options = server.Options($"table-{state}") with
        {
            CloseTimeout = Patience,
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMinutes(1), MaxDelay = TimeSpan.FromMinutes(1) },
        };
        var protocol = new LineProtocol { Authenticates = state == ConnectionState.Authenticating };
        WireConnector connector = state == ConnectionState.Connecting ? NeverConnects : WireConnection.ConnectAsync;
        if (state == ConnectionState.Reconnecting)
            server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        var open = new OpenConnection(options, protocol, connector, new Random(1));
        var opened = await AskAsync<ConnectionOpened>(AkkaWsExtension.For(Sys).Manager, open);
        if (state is ConnectionState.Closing or ConnectionState.Closed)
        {
            await InStateAsync(opened.Handle, ConnectionState.Ready);
            if (state == ConnectionState.Closing)
                server.Server.Stall();
            opened.Connection.Tell(Close.Instance, ActorRefs.NoSender);
        }

        await InStateAsync(opened.Handle, state);
        await AskAsync<ConnectionStatus>(opened.Connection, GetStatus.Instance);
        return new Opened(opened.Connection, server);
    }

    private Task InStateAsync(ConnectionHandle handle, ConnectionState state) => AwaitAssertAsync(() => Assert.Equal(state, handle.Current.State), Patience);

    private static async Task<WireConnection> NeverConnects(Uri url, WireOptions options, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new OperationCanceledException(cancellationToken);
    }

    private sealed class Opened(IActorRef actor, LineServer server) : IAsyncDisposable
    {
        public IActorRef Actor { get; } = actor;

        /// <summary>Lets a close that stalls go on.</summary>
        public void Release() => server.Server.Resume();

        public ValueTask DisposeAsync()
        {
            Release();
            return server.DisposeAsync();
        }
    }
}
