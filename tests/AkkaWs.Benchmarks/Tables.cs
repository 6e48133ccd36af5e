using AkkaWs.Benchmarks.Actors;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Isolation;
using AkkaWs.Benchmarks.Json;
using AkkaWs.Benchmarks.Measuring;
using AkkaWs.Benchmarks.Receiving;
using AkkaWs.Benchmarks.Requesting;
using AkkaWs.Benchmarks.Sessions;
using AkkaWs.Benchmarks.Talking;
using AkkaWs.Messages;

namespace AkkaWs.Benchmarks;

/// <summary>Every command with its rows.</summary>
internal static class Tables
{
    public static IReadOnlyList<Table> All(BlasterProcess blaster) =>
    [
        Akka(), JsonFields(), Compare(blaster), Cpu(blaster), Telemetry(blaster), Wire(blaster), Latency(blaster), Isolation(blaster), Requests(blaster), Recovery(blaster), Memory(blaster),
    ];

    /// <summary>What Akka.NET itself costs: the floor under every row that ends in an actor.</summary>
    private static Table Akka() => new("akka",
    [
        new Row("channel", "M/s", new ChannelContender(), "channel"),
        new Row("tell", "M/s", new TellContender(), "channel"),
        new Row("ask", "M/s", new AskContender(), "channel"),
        new Row("spawn-stop", "k/s", new SpawnStopContender(), "channel"),
        new Row("idle-actor", "B", new IdleActorContender(), null),
    ]);

    /// <summary>Each row's ratio is to the framework's <c>Utf8JsonReader</c> at the same job on the same messages.</summary>
    private static Table JsonFields() => new("json",
    [
        new Row("reader-walk", "M/s", new JsonContender(JsonUpdates.TopicFirst, JsonReads.WalkWithReader), "reader-walk"),
        new Row("fields-walk", "M/s", new JsonContender(JsonUpdates.TopicFirst, JsonReads.WalkWithFields), "reader-walk"),
        new Row("reader-topic-last", "M/s", new JsonContender(JsonUpdates.TopicLast, JsonReads.FindWithReader), "reader-topic-last"),
        new Row("fields-topic-last", "M/s", new JsonContender(JsonUpdates.TopicLast, JsonReads.FindWithFields), "reader-topic-last"),
        new Row("classify-topic-last", "M/s", new JsonContender(JsonUpdates.TopicLast, JsonReads.Classify), "reader-topic-last"),
        new Row("reader-topic-first", "M/s", new JsonContender(JsonUpdates.TopicFirst, JsonReads.FindWithReader), "reader-topic-first"),
        new Row("fields-topic-first", "M/s", new JsonContender(JsonUpdates.TopicFirst, JsonReads.FindWithFields), "reader-topic-first"),
        new Row("classify-topic-first", "M/s", new JsonContender(JsonUpdates.TopicFirst, JsonReads.Classify), "reader-topic-first"),
    ]);

    private static Table Compare(BlasterProcess blaster) => Receiving("compare", "M/s", figure: 0, blaster);

    /// <summary>The same contenders by the processor time that a message costs: a figure that a busy machine disturbs far less.</summary>
    private static Table Cpu(BlasterProcess blaster) => Receiving("cpu", "ns", figure: 2, blaster);

    private static Table Receiving(string name, string unit, int figure, BlasterProcess blaster)
    {
        var updates = new BlasterScript();
        var actors = new ActorsContender(blaster, updates, batched: false);
        var half = new HalfOfWire(blaster);
        return new Table(name,
        [
            new Row("bare", unit, new BareContender(blaster, updates), "bare", figure),
            new Row("wire", unit, new WireContender(blaster, updates), "bare", figure),
            new Row("actors", unit, actors, "bare", figure),
            new Row("actors-10k-topics", unit, new ActorsContender(blaster, new BlasterScript { Topics = 10_000 }, batched: false), "actors", figure),
            new Row("actors-batched", unit, new ActorsContender(blaster, updates, batched: true), "bare", figure),
            new Row("async-stream", unit, new AsyncStreamContender(blaster, updates, OverflowPolicy.Backpressure), "bare", figure),
            new Row("async-stream-paced", unit, Paced(OverflowPolicy.Backpressure), "async-stream-paced", figure),
            new Row("async-stream-default", unit, Paced(SubscribeOptions.Default.Overflow), "async-stream-paced", figure),
            new Row("actors-alloc", "B", actors, null, Figure: 1),
            new Row("fan-out-100", "ns", new FanOutContender(blaster, subscribers: 100), null),
        ]);

        PacedContender Paced(OverflowPolicy overflow) => new(half, script => new AsyncStreamContender(blaster, script, overflow));
    }

    /// <summary>What it costs to measure: each row's ratio is to the same without.</summary>
    private static Table Telemetry(BlasterProcess blaster)
    {
        var updates = new BlasterScript();
        var off = new MeasuredContender(blaster, updates, measures: false);
        var on = new MeasuredContender(blaster, updates, measures: true);
        var listened = new ListenedContender(on);
        return new Table("telemetry",
        [
            new Row("metrics-off", "M/s", off, "metrics-off"),
            new Row("metrics-on", "M/s", on, "metrics-off"),
            new Row("metrics-listened", "M/s", listened, "metrics-off"),
            new Row("cpu-off", "ns", off, "cpu-off", Figure: 2),
            new Row("cpu-on", "ns", on, "cpu-off", Figure: 2),
            new Row("cpu-listened", "ns", listened, "cpu-off", Figure: 2),
        ]);
    }

    private static Table Latency(BlasterProcess blaster)
    {
        var latency = new LatencyContender(blaster, rate: 10_000);
        return new Table("latency",
        [
            new Row("bare-p50", "µs", latency, null),
            new Row("bare-p99", "µs", latency, null, Figure: 1),
            new Row("actors-p50", "µs", latency, null, Figure: 2),
            new Row("actors-p99", "µs", latency, null, Figure: 3),
            new Row("added-p50", "µs", latency, null, Figure: 4),
            new Row("added-p99", "µs", latency, null, Figure: 5),
        ]);
    }

    /// <summary>Each row's ratio is to the same figure of the same turn without the subscribers that do not keep up.</summary>
    private static Table Isolation(BlasterProcess blaster)
    {
        var isolation = new IsolationContender(blaster);
        return new Table("isolation",
        [
            new Row("alone-round-trip-p99", "µs", isolation, "alone-round-trip-p99"),
            new Row("round-trip-p99", "µs", isolation, "alone-round-trip-p99", Figure: 1),
            new Row("added-round-trip-p99", "µs", isolation, null, Figure: 2),
            new Row("alone-age-p99", "µs", isolation, "alone-age-p99", Figure: 3),
            new Row("age-p99", "µs", isolation, "alone-age-p99", Figure: 4),
            new Row("added-age-p99", "µs", isolation, null, Figure: 5),
        ]);
    }

    private static Table Requests(BlasterProcess blaster) => new("requests",
    [
        new Row("bare-round-trip-p50", "µs", new BareEchoContender(blaster), "bare-round-trip-p50"),
        new Row("round-trip-p50", "µs", new RoundTripContender(blaster), "bare-round-trip-p50"),
        new Row("bare-in-flight-256", "k/s", new BareInFlightContender(blaster), "bare-in-flight-256"),
        new Row("in-flight-256", "k/s", new ClientInFlightContender(blaster), "bare-in-flight-256"),
        new Row("build-subscribe", "ns", new SubscribeMessageContender(), null),
    ]);

    /// <summary>Each row's ratio is to its own bare counterpart: the framework's client doing the same.</summary>
    private static Table Wire(BlasterProcess blaster)
    {
        var small = new BlasterScript();
        var tls = new BlasterScript { Tls = true };
        var large = new BlasterScript { Size = 16 * 1024 };
        var bareEcho = new BareEchoContender(blaster);
        var wireEcho = new WireEchoContender(blaster);
        return new Table("wire",
        [
            new Row("bare", "M/s", new BareContender(blaster, small), "bare"),
            new Row("wire", "M/s", new WireContender(blaster, small), "bare"),
            new Row("bare-tls", "M/s", new BareContender(blaster, tls), "bare-tls"),
            new Row("wire-tls", "M/s", new WireContender(blaster, tls), "bare-tls"),
            new Row("bare-16k", "M/s", new BareContender(blaster, large), "bare-16k"),
            new Row("wire-16k", "M/s", new WireContender(blaster, large), "bare-16k"),
            new Row("wire-16k-kept", "M/s", new WireContender(blaster, large, keeps: true), "bare-16k"),
            new Row("bare-sends", "M/s", new BareSendContender(blaster), "bare-sends"),
            new Row("sends", "M/s", new WireSendContender(blaster), "bare-sends"),
            new Row("bare-echo-p50", "µs", bareEcho, "bare-echo-p50"),
            new Row("echo-p50", "µs", wireEcho, "bare-echo-p50"),
            new Row("bare-echo-p99", "µs", bareEcho, "bare-echo-p99", Figure: 1),
            new Row("echo-p99", "µs", wireEcho, "bare-echo-p99", Figure: 1),
            new Row("bare-alloc-per-message", "B", new BareContender(blaster, small, copies: true), "bare-alloc-per-message", Figure: 1),
            new Row("alloc-per-message", "B", new WireContender(blaster, small, keeps: true), "bare-alloc-per-message", Figure: 1),
            new Row("bare-idle-heap", "B", new BareIdleHeapContender(blaster), "bare-idle-heap"),
            new Row("idle-heap", "B", new WireIdleHeapContender(blaster), "bare-idle-heap"),
        ]);
    }

    private static Table Recovery(BlasterProcess blaster)
    {
        var drop = new DropContender(blaster, topics: 100);
        var cold = new ColdConnectContender(blaster);
        return new Table("recovery",
        [
            new Row("drop-to-ready-100-topics", "ms", drop, null),
            new Row("drop-to-ready-100-topics-p99", "ms", drop, null, Figure: 1),
            new Row("connect-cold", "ms", cold, null),
            new Row("connect-cold-with-system", "ms", cold, null, Figure: 1),
            new Row("connect-warm", "ms", new WarmConnectContender(blaster), null),
            new Row("mass-drop-1000", "ms", new MassDropContender(blaster, connections: 1_000), null),
        ]);
    }

    private static Table Memory(BlasterProcess blaster)
    {
        var withTopics = new IdleReadyContender(blaster, topics: 10);
        var many = new ManyReadyContender(blaster, connections: 10_000);
        return new Table("memory",
        [
            new Row("idle-ready", "B", new IdleReadyContender(blaster, topics: 0), null),
            new Row("idle-ready-10-topics", "B", withTopics, null),
            new Row("idle-ready-10-topics-resident", "B", withTopics, null, Figure: 1),
            new Row("ready-10k", "%", many, null),
            new Row("ready-10k-resident", "B", many, null, Figure: 1),
        ]);
    }
}
