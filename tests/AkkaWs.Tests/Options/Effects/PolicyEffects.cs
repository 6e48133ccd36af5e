using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Telemetry;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;

namespace AkkaWs.Tests.Options.Effects;

/// <summary>Options that go into one pure decision, which tells all that they do.</summary>
internal static class PolicyEffects
{
    private static readonly CloseReason Refused = new(ErrorClass.Refused, "refused");
    private static readonly CloseReason Rejected = new(ErrorClass.AuthenticationRejected, "rejected");
    private static readonly CloseReason ClosedWithoutCode = new(ErrorClass.AbnormalClosure, "closed", 1005);
    private static readonly CloseReason Limited = new(ErrorClass.RateLimited, "limited") { RetryAfter = TimeSpan.FromHours(1) };
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<OptionEffect> All { get; } =
    [
        new("allow-insecure", false, true, Findings) { Given = options => options with { Url = new Uri("ws://example.com/") } },

        new("reconnect.initial-delay", Seconds(1), Seconds(2), CourseOf(Refused)),
        new("reconnect.max-delay", Seconds(1), Seconds(2), CourseOf(Refused)),
        new("reconnect.factor", 1.5, 3.0, CourseOf(Refused)),
        new("reconnect.jitter", 0.0, 0.5, CourseOf(Refused)),
        new("reconnect.jitter-kind", JitterKind.Full, JitterKind.Equal, CourseOf(Refused)),
        new("reconnect.immediate-first-retry", true, null, CourseOf(Refused)),
        new("reconnect.max-attempts", 2, null, CourseOf(Refused)),
        new("reconnect.max-rejections", 1, 4, CourseOf(Rejected)),
        new("reconnect.fail-fast", FailFast.On, FailFast.Off, options => $"{CoreOf(options).FailsFast}"),
        new("reconnect.slow.initial", Seconds(1), Seconds(10), CourseOf(Rejected)),
        new("reconnect.slow.max", Seconds(20), Seconds(40), CourseOf(Rejected)),
        new("reconnect.reset-on-1005", false, true, CourseOf(ClosedWithoutCode)),
        new("reconnect.max-retry-after", Seconds(5), Seconds(600), CourseOf(Limited)),
        new("reconnect.classes", Own(new() { MaxAttempts = 1 }), Own(new() { MaxAttempts = 3 }), CourseOf(Refused)),
        new("reconnect.classes.initial-delay", Seconds(1), Seconds(2), CourseOf(Refused)),
        new("reconnect.classes.max-delay", Seconds(1), Seconds(2), CourseOf(Refused)),
        new("reconnect.classes.factor", 1.5, 3.0, CourseOf(Refused)),
        new("reconnect.classes.max-attempts", 2, 4, CourseOf(Refused)),
        new("reconnect.classes.immediate-first-retry", true, false, CourseOf(Refused)),
        new("reconnect.classes.give-up", true, false, CourseOf(Refused)),
        new("reconnect.circuit.failures", 2, 4, CourseOf(Refused)),
        new("reconnect.circuit.window", Seconds(1), Seconds(100), CourseOf(Refused)) { Given = Circuit },
        new("reconnect.circuit.open-for", Seconds(10), Seconds(20), CourseOf(Refused)) { Given = Circuit },
        new("reconnect.circuit.max-opens", 0, 1, CourseOf(Refused)) { Given = Circuit },

        new("heartbeat.ping-interval", Seconds(10), Seconds(20), Silence),
        new("heartbeat.pong-timeout", Seconds(1), Seconds(2), Silence) { Given = Pings },
        new("heartbeat.max-extension", Seconds(30), null, Trickle) { Given = Pings },
        new("heartbeat.missed-pongs-allowed", 0, 2, Silence) { Given = Pings },
        new("heartbeat.idle-timeout", Seconds(12), null, Silence) { Given = Pings },

        new("subscriptions.batch-credits", 2, 5, Credits),

        new("queue.capacity", 2, 4, Queued),
        new("queue.max-bytes", 20L, 40L, Queued),
        new("queue.overflow", QueueOverflow.Reject, QueueOverflow.DropOldest, Queued) { Given = options => options with { Queue = new() { Capacity = 3 } } },

        new("rates.outgoing.limit", null, 4, OutgoingGate),
        new("rates.outgoing.interval", Seconds(1), Seconds(2), OutgoingGate) { Given = Limits },
        new("rates.outgoing.burst", 2, 3, OutgoingGate) { Given = Limits },
        new("rates.outgoing.reserve", 0, 1, OutgoingGate) { Given = Limits },
        new("rates.outgoing.max-waiting", 1, 3, OutgoingGate) { Given = Limits },
        new("rates.subscriptions.limit", null, 4, SubscriptionsGate),
        new("rates.subscriptions.interval", Seconds(1), Seconds(2), SubscriptionsGate) { Given = Limits },
        new("rates.subscriptions.burst", 2, 3, SubscriptionsGate) { Given = Limits },
        new("rates.subscriptions.reserve", 0, 1, SubscriptionsGate) { Given = Limits },
        new("rates.subscriptions.max-waiting", 1, 3, SubscriptionsGate) { Given = Limits },
        new("rates.subscriptions-per-connection", false, true, SubscriptionsGateOfTheNext) { Given = Limits },
        new("rates.orders.limit", null, 4, OrdersGate),
        new("rates.orders.interval", Seconds(1), Seconds(2), OrdersGate) { Given = Limits },
        new("rates.orders.burst", 2, 3, OrdersGate) { Given = Limits },
        new("rates.orders.reserve", 0, 1, OrdersGate) { Given = Limits },
        new("rates.orders.max-waiting", 1, 3, OrdersGate) { Given = Limits },
        new("rates.connection-attempts.limit", null, 4, AttemptsGate),
        new("rates.connection-attempts.interval", Seconds(1), Seconds(2), AttemptsGate) { Given = Limits },
        new("rates.connection-attempts.burst", 2, 3, AttemptsGate) { Given = Limits },
        new("rates.connection-attempts.reserve", 0, 1, AttemptsGate) { Given = Limits },
        new("rates.connection-attempts.max-waiting", 1, 3, AttemptsGate) { Given = Limits },

        new("rotation.interval", Seconds(3_600), null, NextRotation),
        new("rotation.jitter", 0.0, 0.5, NextRotation) { Given = options => options with { Rotation = new() { Interval = Seconds(3_600) } } },
        new("rotation.daily-at", new TimeOnly(3, 30), null, NextRotation),
        new("rotation.daily-window", Seconds(60), Seconds(3_600), NextRotation) { Given = options => options with { Rotation = new() { DailyAt = new TimeOnly(3, 30) } } },
        new("rotation.skew", Seconds(1), null, Duplicates),
        new("rotation.max-held-updates", 2, 5, Held),
        new("rotation.max-held-bytes", 20L, 50L, Held),

        new("telemetry.metrics", false, true, options => $"{new ConnectionTelemetry(options.Telemetry, "", options.Name).Batches is not null}"),
        new("telemetry.latency-budget", Seconds(1), null, Violations),
        new("telemetry.report-interval", Seconds(10), Seconds(20), Summaries),
    ];

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static Dictionary<ErrorClass, ClassReconnectOptions> Own(ClassReconnectOptions own) => new() { [ErrorClass.Refused] = own };

    private static WebSocketClientOptions Circuit(WebSocketClientOptions options) => options with { Reconnect = new() { Circuit = new() { Failures = 3 } } };

    private static WebSocketClientOptions Pings(WebSocketClientOptions options) => options with { Heartbeat = new() { PingInterval = Seconds(10) } };

    private static WebSocketClientOptions Limits(WebSocketClientOptions options)
    {
        var rate = new RateOptions { Limit = 4, Burst = 2, MaxWaiting = 10 };
        return options with { Rates = new() { Outgoing = rate, Subscriptions = rate, Orders = rate, ConnectionAttempts = rate } };
    }

    private static string Findings(WebSocketClientOptions options) => string.Join(' ', OptionsValidator.Validate(options).Select(error => error.Key));

    // Everything fails in the same way, again and again, a second after each attempt.
    private static Func<WebSocketClientOptions, string> CourseOf(CloseReason reason) => options =>
    {
        var (history, now, course) = (ReconnectHistory.Opened(TimeSpan.Zero), TimeSpan.Zero, new List<string>());
        while (course.Count < 12 && course is not [.., "given up"])
        {
            history = history.Failed(reason, now, options.Reconnect);
            var decision = ReconnectPolicy.Default.Decide(history.SituationOf(reason, now, options.Reconnect), options.Reconnect, chance: 0.9);
            history = history.Decided(decision, reason.Class);
            now += decision.Delay + Seconds(1);
            course.Add(decision.GivesUp ? "given up" : $"{decision.Delay}");
        }

        return string.Join(", ", course);
    };

    // The peer takes every ping, and never says anything.
    private static string Silence(WebSocketClientOptions options)
    {
        var (heartbeat, now, course) = (new HeartbeatPolicy(options.Heartbeat, TimeSpan.Zero), TimeSpan.Zero, new List<string>());
        while (course.Count < 20 && heartbeat.NextCheck(now) is { } wait)
        {
            now += wait;
            var action = heartbeat.Check(now);
            if (action == HeartbeatAction.None)
                continue;
            course.Add($"{action} at {now}");
            if (action != HeartbeatAction.SendPing)
                break;
            heartbeat.Written(heartbeat.BeginPing(now), now);
        }

        return string.Join(", ", course);
    }

    // The peer goes on to push, and answers no ping.
    private static string Trickle(WebSocketClientOptions options)
    {
        var (heartbeat, now) = (new HeartbeatPolicy(options.Heartbeat, TimeSpan.Zero), TimeSpan.Zero);
        while (heartbeat.Check(now) is var action && action != HeartbeatAction.MissedPong && now < Seconds(1_000))
        {
            if (action == HeartbeatAction.SendPing)
                heartbeat.Written(heartbeat.BeginPing(now), now);
            heartbeat.Received(now += Seconds(1));
        }

        return $"{now}";
    }

    private static ConnectionCore CoreOf(WebSocketClientOptions options) => new(
        options, new LineProtocol(), new ConnectionHandle(options.Name), (_, _, _) => throw new InvalidOperationException("Nobody connects here."), new Random(1));

    private static string Credits(WebSocketClientOptions options)
    {
        var (credits, taken) = (CoreOf(options).Credits, 0);
        while (credits.WaitAsync(CancellationToken.None).AsTask().IsCompleted)
            taken++;
        return $"{taken} batches";
    }

    private static string Queued(WebSocketClientOptions options)
    {
        var queue = CoreOf(options).Queue;
        return string.Join(", ", Enumerable.Range(0, 6).Select(_ =>
        {
            var isTaken = queue.TryEnqueue(new QueuedCommand(null, null, ActorRefs.Nobody), size: 10, Seconds(1), out var dropped);
            return isTaken ? $"taken for {dropped.Count}" : "refused";
        }));
    }

    private static string OutgoingGate(WebSocketClientOptions options) => PassesBoth(CoreOf(options).Gates.Outgoing);

    private static string SubscriptionsGate(WebSocketClientOptions options) => PassesBoth(CoreOf(options).Gates.Subscriptions);

    // All that passes at once has passed before.
    private static string SubscriptionsGateOfTheNext(WebSocketClientOptions options)
    {
        var gates = CoreOf(options).Gates;
        while (gates.Subscriptions!.TryTake(TimeSpan.Zero, RateLane.Urgent))
        {
            // And another.
        }

        gates.BeginAnew();
        return PassesBoth(gates.Subscriptions);
    }

    private static string OrdersGate(WebSocketClientOptions options) => PassesBoth(CoreOf(options).Gates.Orders);

    private static string PassesBoth(RateGate<Throttled>? gate) =>
        gate is null ? "no gate" : Passes(gate, () => new ThrottledPing(), RateLane.Urgent, RateLane.Rest);

    private static string AttemptsGate(WebSocketClientOptions options) =>
        Passes(new HostGates<string>().For("example.com", options.Rates.ConnectionAttempts, TimeSpan.Zero), () => "", RateLane.Normal);

    // Six come at once to each lane, the lowest first; then the time goes on.
    private static string Passes<T>(RateGate<T> gate, Func<T> item, params RateLane[] lanes)
    {
        var course = new List<string>();
        foreach (var lane in lanes.Reverse())
            course.AddRange(Enumerable.Range(0, 6).Select(_ => $"{gate.Offer(TimeSpan.Zero, lane, item())}"));
        for (var now = TimeSpan.Zero; now <= Seconds(5); now += Seconds(0.25))
        {
            while (gate.TryRelease(now, out _))
                course.Add($"{now}");
        }

        return string.Join(", ", course);
    }

    private static string NextRotation(WebSocketClientOptions options) =>
        RotationPolicy.DueAt(Noon, options.Rotation, chance: 0.5)?.ToString(CultureInfo.InvariantCulture) ?? "never";

    // The new connection brought it three seconds before the old one's last update.
    private static string Duplicates(WebSocketClientOptions options) =>
        $"{OverlapPolicy.IsDuplicate(new UpdateMark(null, 0), new UpdateMark(null, 3 * Stopwatch.Frequency), options.Rotation.Skew)}";

    private static string Held(WebSocketClientOptions options)
    {
        var held = new StandbyBuffer(options.Rotation.MaxHeldUpdates, options.Rotation.MaxHeldBytes);
        while (!held.IsFull)
            held.Add(new HeldMessage(new byte[10], 0, IsUpdate: true));
        return $"{held.Count} updates";
    }

    // A batch of three updates that was read a minute ago.
    private static string Violations(WebSocketClientOptions options)
    {
        var meter = new ConnectionTelemetry(options.Telemetry, "", options.Name).Batches!;
        var now = Stopwatch.GetTimestamp();
        meter.Observe(messages: 3, delivered: 3, receivedAt: now - 60 * Stopwatch.Frequency, begunAt: now);
        return $"{meter.Violations} violations";
    }

    private static string Summaries(WebSocketClientOptions options)
    {
        var log = new ReconnectLog(options.Telemetry.ReportInterval);
        log.Plan(attempt: 4, Seconds(0));
        return $"{log.Summarise(Seconds(10)).NextDue}";
    }
}
