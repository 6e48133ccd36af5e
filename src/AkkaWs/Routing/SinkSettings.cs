using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;

namespace AkkaWs.Routing;

/// <summary>What a subscriber asked for, and what it takes to do it.</summary>
internal sealed record SinkSettings(SubscribeOptions Options, BufferLimits Limits, ProtocolHandler Handler, SubscriberCounters Counters, Backlogs Backlogs);

/// <summary>A subscriber that asked for more than updates: acknowledgement, gaps or age. Owned by the topic's actor.</summary>
internal sealed class SpecialMember(IUpdateSink sink, SubscribeOptions options)
{
    /// <summary>What the topic's updates go to.</summary>
    public IUpdateSink Sink { get; } = sink;

    public SubscribeOptions Options { get; } = options;

    /// <summary>Set where the subscriber is an actor.</summary>
    public ActorSink? Actor { get; init; }

    /// <summary>Set where it asked for gaps.</summary>
    public GapSink? Gaps { get; init; }

    /// <summary>For how long no update came, as far as it was looked at.</summary>
    public TimeSpan Quiet { get; set; }

    public bool WasToldStale { get; set; }
}
