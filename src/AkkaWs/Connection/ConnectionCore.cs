using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Routing;
using AkkaWs.Telemetry;
using AkkaWs.Topics;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

/// <summary>What a connection must not lose when its actor is restarted. Owned by the actor: one thread at a time.</summary>
internal sealed class ConnectionCore(WebSocketClientOptions options, ProtocolHandler handler, ConnectionHandle handle, WireConnector connect, Random random)
{
    private static readonly CloseReason StoppedWithParent = new(ErrorClass.None, "its actor was stopped with its parent");

    private Func<CloseReason>? _stopReason;

    /// <summary>The options in force; replaced by <see cref="Reconfigure"/>.</summary>
    public WebSocketClientOptions Options { get; set; } = options;

    public ProtocolHandler Handler { get; } = handler;

    public ConnectionHandle Handle { get; } = handle;

    public WireConnector Connect { get; } = connect;

    public Random Random { get; } = random;

    public IReconnectPolicy Policy { get; init; } = ReconnectPolicy.Default;

    /// <summary>What its transports take that is no data.</summary>
    public TransportHooks Hooks { get; init; } = new();

    /// <summary>Change where an attempt connects, in order, after the handler.</summary>
    public IReadOnlyList<IEndpointProvider> Endpoints { get; init; } = [];

    /// <summary>Builds the login in the handler's place; null: the handler does.</summary>
    public ILoginProvider? Login { get; init; }

    /// <summary>Whether to log in right after connecting.</summary>
    public bool LogsIn => Options.AuthenticateOnConnect && (Login is not null || Handler.RequiresAuthentication);

    /// <summary>The dispatcher that runs the connection's children; empty: Akka's default dispatcher.</summary>
    public string Dispatcher { get; init; } = "";

    public AttemptGate? Attempts { get; init; }

    public ConnectionTelemetry Telemetry { get; init; } = new(options.Telemetry, "", options.Name);

    /// <summary>What the instruments read; null where metrics are switched off.</summary>
    public ConnectionFigures? Figures { get; set; }

    /// <summary>What outages and the like are measured by; set by the actor.</summary>
    public LifeClock Life { get; set; } = null!;

    /// <summary>Since when it is Ready, over rotations, by <see cref="Life"/>; null while it is not.</summary>
    public TimeSpan? ReadySince { get; set; }

    /// <summary>How Ready was lost the last time.</summary>
    public ErrorClass? LossClass { get; set; }

    public RouteTable Routes { get; } = new();

    public TrafficCounters Counters { get; } = new();

    public CreditGate Credits { get; } = new(options.Subscriptions.BatchCredits);

    /// <summary>Counts how often the topics were told to note how far their subscribers are.</summary>
    public long StallRound { get; set; }

    public ReadTurn Turn { get; } = new();

    public MessageOrder Messages { get; } = new();

    public RequestTable Requests { get; } = new(options.Name, handler);

    /// <summary>Of the physical connection that is in charge.</summary>
    public SubscriptionLedger Ledger { get; set; } = new();

    public CommandQueue<QueuedCommand> Queue { get; } = new(options.Queue);

    /// <summary>The gates of outgoing messages.</summary>
    public OutgoingGates<Throttled> Gates { get; } = new(options.Rates);

    /// <summary>The time of all policies; set by the actor.</summary>
    public TrafficClock Clock { get; set; } = null!;

    /// <summary>How often each topic was joined, by what was sent to its actor.</summary>
    public Dictionary<Topic, long> Joins { get; } = [];

    /// <summary>Subscribe commands that the server has not fully answered.</summary>
    public SubscribeWaiters Waiters { get; } = new();

    /// <summary>Subscribe commands that wait only for their topics to let the subscriber in.</summary>
    public Dictionary<JoinReceipt, SubscribeWaiter> Joining { get; } = [];

    /// <summary>Topics that nobody subscribes any more, and until when they stay on the wire, by <see cref="Life"/>.</summary>
    public Dictionary<Topic, (TopicDeserted Deserted, TimeSpan Due)> Lingering { get; } = [];

    public HashSet<Topic> StaleTopics { get; } = [];

    /// <summary>Topics that the server has not confirmed, on the physical connection that is in charge.</summary>
    public UnconfirmedTopics Unconfirmed { get; } = new();

    public HashSet<IActorRef> Watchers { get; } = [];

    /// <summary>The physical connection that is in charge.</summary>
    public Epoch Epoch { get; set; }

    /// <summary>The newest physical connection; ahead of <see cref="Epoch"/> while one stands by, or after it failed.</summary>
    public Epoch NewestEpoch { get; set; }

    /// <summary>Who waits for a rotation to end.</summary>
    public List<IActorRef> RotationAskers { get; } = [];

    /// <summary>Which physical connection was ended so that another takes its place, until that one is Ready.</summary>
    public Epoch? LeftEpoch { get; set; }

    /// <summary>How many times the physical connection was replaced as planned.</summary>
    public long Rotations { get; set; }

    /// <summary>Failures since the last stable connection.</summary>
    public ReconnectHistory History { get; set; }

    /// <summary>Who waits for the connection to be closed.</summary>
    public List<IActorRef> Closers { get; } = [];

    /// <summary>Set when the connection is to end: from then on nothing brings it back.</summary>
    public CloseReason? Ending { get; set; }

    /// <summary>Whether the physical connection was upgraded and its end has not been told yet.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Crashes of the actor since the last stable connection.</summary>
    public CrashHistory Crashes { get; set; }

    /// <summary>Whether the connection is declared, by a host for one, or reopened: then it does not fail fast unless its options say so.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>Whether its actor is below a user's, with which it ends: that is no failure.</summary>
    public bool IsEmbedded { get; init; }

    /// <summary>Whether it has ever been Ready.</summary>
    public bool WasReady { get; set; }

    /// <summary>Whether the last error looks permanent; until Ready.</summary>
    public bool RetriesSlowly { get; set; }

    /// <summary>Whether an error that looks permanent closes it.</summary>
    public bool FailsFast => !WasReady && Options.Reconnect.FailFast switch
    {
        FailFast.Auto => !IsDeclared,
        var always => always == FailFast.On,
    };

    public long Reconnects { get; set; }

    public long LateResponses { get; set; }

    public CloseReason? LastReason { get; set; }

    /// <summary>When the connection was lost, by <see cref="Life"/>; null while Ready and before the first Ready.</summary>
    public TimeSpan? LostAt { get; set; }

    public int NextChild { get; set; }

    /// <summary>Why the connection ends where its actor stops without having closed it. Its topics ask as well: they stop before it.</summary>
    public Func<CloseReason> StopReason => _stopReason ??= FindStopReason;

    private CloseReason FindStopReason() => (Ending, Handle.Crash) switch
    {
        ({ } ending, _) => ending,
        (_, { } crash) => new CloseReason(ErrorClass.Internal, $"its actor crashed too often: {OutsideText.Of(crash.Cause)}"),
        _ when IsEmbedded => StoppedWithParent,
        _ => new CloseReason(ErrorClass.Internal, "its actor was stopped"),
    };
}

/// <summary>A command that waits for Ready: a request or a send.</summary>
internal sealed record QueuedCommand(PendingRequest? Request, Send? Send, IActorRef Asker)
{
    /// <summary>When it must no longer be written.</summary>
    public TimeSpan ExpiresAt { get; init; }

    /// <summary>By which limit it counts.</summary>
    public RateKind Kind { get; init; }

    /// <summary>Its caller no longer wants it once this is cancelled.</summary>
    public CancellationToken Cancelled { get; init; }
}
