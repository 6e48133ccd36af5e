using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AkkaWs.Errors;
using AkkaWs.Messages;

namespace AkkaWs.Telemetry;

/// <summary>
/// The meter <c>AkkaWs</c>. Histograms are recorded as things happen, once a batch on the data path; everything else is read from the connections'
/// own counters when somebody collects. A connection that has ended is not read any more.
/// </summary>
internal static class Instruments
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    public const string Name = "AkkaWs";

    public const string ConnectionTag = "connection";
    public const string SystemTag = "system";
    public const string ErrorClassTag = "error.class";
    public const string TopicKindTag = "topic.kind";

    private static readonly KeyValuePair<string, object?>[] States = TagsOf("state", typeof(ConnectionState));
    private static readonly KeyValuePair<string, object?>[] Classes = TagsOf(ErrorClassTag, typeof(ErrorClass));

    private static readonly KeyValuePair<string, object?> Received = Tag("direction", "receive");
    private static readonly KeyValuePair<string, object?> Sent = Tag("direction", "transmit");

    private static readonly ConcurrentDictionary<IMeasuredConnection, bool> Connections = new();

    private static readonly Meter Meter = new(Name, typeof(Instruments).Assembly.GetName().Version?.ToString(3));

    /// <summary>Per message, once a batch.</summary>
    public static Histogram<double> ProcessDuration { get; } = Seconds(
        "akkaws.message.process.duration", "What the read loop takes for a message: classify, route, hand over. The mean of a read's messages.");

    /// <summary>Per message, once a batch.</summary>
    public static Histogram<double> ClassifyDuration { get; } = Seconds(
        "akkaws.message.classify.duration",
        "What the read loop takes to understand a message: the handler's Classify, DecodeBinary and SequenceOf, and to find its topic or request; without the hand-over of updates. The mean of a read's messages.");

    /// <summary>Once a batch.</summary>
    public static Histogram<double> DeliveryDuration { get; } = Seconds(
        "akkaws.delivery.duration", "From the read to the hand-over of its updates to their subscribers' mailboxes and buffers.");

    public static Histogram<double> RequestDuration { get; } = Seconds("akkaws.request.duration", "From a request's acceptance to its outcome; by outcome.");

    public static Histogram<double> HandlerDuration { get; } = Seconds(
        "akkaws.handler.duration", "What the protocol handler takes on the connection's actor; by operation (read, login). On the read loop: akkaws.message.classify.duration.");

    public static Histogram<double> PingDuration { get; } = Seconds("akkaws.ping.duration", "From a ping's write to its pong.");

    public static Histogram<double> OutageDuration { get; } = Seconds("akkaws.outage.duration", "From the loss of Ready to Ready again; by error.class.");

    static Instruments()
    {
        Count("akkaws.messages", "{message}", "Messages received and written, control frames included; by direction (receive, transmit).", c => Two(c, c.MessagesReceived, c.Sockets.MessagesSent));
        Count("akkaws.io", "By", "Bytes read and written, headers of frames included; by direction.", c => Two(c, c.Sockets.BytesReceived, c.Sockets.BytesSent));
        Count("akkaws.updates.delivered", "{update}", "Updates handed to the subscribers of their topic, counted once each; by topic.kind.", c => By(c, TopicKindTag, c.Delivered));
        Count("akkaws.updates.dropped", "{update}", "Updates that subscribers' overflow policies dropped.", c => One(c, c.Dropped));
        Count("akkaws.updates.unrouted", "{update}", "Updates of topics that nobody subscribes.", c => One(c, c.Unrouted));
        Count("akkaws.updates.duplicate", "{update}", "Updates that both of two overlapping connections brought.", c => One(c, c.Duplicates));
        Count("akkaws.updates.late", "{update}", "Updates that took longer than the latency budget.", c => One(c, c.BudgetViolations));
        Count("akkaws.subscriptions.lagged", "{subscription}", "Subscriptions that ended because their subscriber was too slow.", c => One(c, c.Lagged));
        Count("akkaws.gaps", "{gap}", "Holes in the venue's numbers that were told to a subscriber.", c => One(c, c.Gaps));
        Count("akkaws.parse.errors", "{message}", "Messages that could not be read; by source (unknown, handler, subscription).", c => By(c, "source", c.ParseErrors));
        Count("akkaws.callback.errors", "{error}", "How often the user code of callback subscriptions threw.", c => One(c, c.CallbackErrors));
        Count("akkaws.responses.late", "{response}", "Responses that came late, twice or for no request.", c => One(c, c.LateResponses));
        Count("akkaws.reads.paused", "{pause}", "How often reading paused because subscribers had not worked off what was received.", c => One(c, c.ReadPauses));
        Count("akkaws.reconnect.attempts", "{attempt}", "Attempts to connect again; by the error.class that made them necessary.", c => By(c, c.Attempts));
        Count("akkaws.reconnects", "{reconnect}", "Ready reached again; by the error.class that it was lost by.", c => By(c, c.Reconnects));
        Count("akkaws.errors", "{error}", "Losses and failed attempts; by error.class.", c => By(c, c.Errors));
        Count("akkaws.rotations", "{rotation}", "Physical connections replaced as planned.", c => One(c, c.Rotations));
        Meter.CreateObservableCounter(
            "akkaws.downtime", () => Read<double>(c => [new Measurement<double>(c.Downtime.TotalSeconds, c.Tags)]), "s", "Time not Ready since the first Ready, the outage under way included.");

        Gauge("akkaws.connection.state", "{connection}", "1 for the state that the connection is in, 0 for the others; by state.", c => StatesOf(c));
        Gauge("akkaws.connection.epoch", "{epoch}", "The number of the physical connection.", c => One(c, c.Epoch));
        Gauge("akkaws.connection.attempt", "{attempt}", "The attempt to reconnect that is under way, from 1; 0 if none.", c => One(c, c.Attempt));
        Gauge("akkaws.connection.stalled", "{connection}", "1 while reading pauses.", c => One(c, c.IsPaused ? 1 : 0));
        Gauge("akkaws.topics", "{topic}", "Topics; by status (desired, confirmed, stale).", c => By(c, "status", c.Topics));
        Gauge("akkaws.queue.length", "{message}", "What waits; by queue (commands: for Ready, throttled: for the rate's gate, writes: for the socket).", c => By(c, "queue", c.Queues));
        Gauge("akkaws.updates.unread", "{update}", "Updates that wait unread for subscriptions.", c => One(c, c.UnreadUpdates));
        Gauge("akkaws.updates.unread.size", "By", "The payload of the updates that wait unread for subscriptions.", c => One(c, c.UnreadBytes));
        Meter.CreateObservableGauge(
            "akkaws.updates.unread.age",
            () => Read<double>(c => [new Measurement<double>(c.OldestUnread.TotalSeconds, c.Tags)]),
            "s",
            "How long ago the oldest update that waits unread was read from the socket; 0 if none waits.");
        Gauge("akkaws.requests.pending", "{request}", "Requests in flight.", c => One(c, c.PendingRequests));
        Gauge("akkaws.credits.used", "{batch}", "Reads that subscribers have not worked off.", c => One(c, c.CreditsUsed));
        Meter.CreateObservableGauge(
            "akkaws.message.silence",
            () => Read<double>(c => c.Silence is { } silence ? [new Measurement<double>(silence.TotalSeconds, c.Tags)] : []),
            "s",
            "How long ago the last message was read.");
    }

    /// <summary>The instruments show the connection from now on.</summary>
    public static void Add(IMeasuredConnection connection) => Connections.TryAdd(connection, true);

    /// <summary>They no longer do.</summary>
    public static void Remove(IMeasuredConnection connection) => Connections.TryRemove(connection, out _);

    /// <summary>A tag with a name as tags write it.</summary>
    public static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);

    /// <summary>The tag of a class of error.</summary>
    public static KeyValuePair<string, object?> Tag(ErrorClass of) => Classes[(int)of];

    // By value: the names count from 0.
    private static KeyValuePair<string, object?>[] TagsOf(string key, Type names) =>
        Array.ConvertAll(Enum.GetNames(names), name => Tag(key, Options.OptionChecks.Words(name, '_')));

    private static Histogram<double> Seconds(string name, string description) => Meter.CreateHistogram<double>(
        name,
        "s",
        description,
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.000_001, 0.000_01, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60] });

    private static void Count(string name, string unit, string description, Func<IMeasuredConnection, IEnumerable<Measurement<long>>> read) =>
        Meter.CreateObservableCounter(name, () => Read(read), unit, description);

    private static void Gauge(string name, string unit, string description, Func<IMeasuredConnection, IEnumerable<Measurement<long>>> read) =>
        Meter.CreateObservableGauge(name, () => Read(read), unit, description);

    private static IEnumerable<Measurement<T>> Read<T>(Func<IMeasuredConnection, IEnumerable<Measurement<T>>> read)
        where T : struct => Connections.Keys.SelectMany(read);

    private static IEnumerable<Measurement<long>> One(IMeasuredConnection c, long value) => [new(value, c.Tags)];

    private static IEnumerable<Measurement<long>> Two(IMeasuredConnection c, long received, long sent) =>
        [new(received, [.. c.Tags, Received]), new(sent, [.. c.Tags, Sent])];

    private static IEnumerable<Measurement<long>> By(IMeasuredConnection c, string key, IEnumerable<KeyValuePair<string, long>> values) =>
        values.Select(pair => new Measurement<long>(pair.Value, [.. c.Tags, Tag(key, pair.Key)]));

    private static IEnumerable<Measurement<long>> By(IMeasuredConnection c, ErrorCounts counts) =>
        counts.All.Select(pair => new Measurement<long>(pair.Value, [.. c.Tags, Tag(pair.Key)]));

    private static IEnumerable<Measurement<long>> StatesOf(IMeasuredConnection c)
    {
        var now = (int)c.State;
        return States.Select((state, i) => new Measurement<long>(i == now ? 1 : 0, [.. c.Tags, state]));
    }
}
