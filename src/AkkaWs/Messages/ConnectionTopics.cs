using AkkaWs.Primitives;

namespace AkkaWs.Messages;

/// <summary>The topics of a connection at one moment.</summary>
/// <param name="Connection">Its name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
/// <param name="Topics">Each topic that has subscribers, or had them until a moment ago, in the order of their names; none once the connection is closed.</param>
public sealed record ConnectionTopics(string Connection, Epoch Epoch, IReadOnlyList<TopicStatus> Topics)
{
    /// <summary>How many topics there are, and how many of them are confirmed.</summary>
    public override string ToString() =>
        $"{Connection}: {Topics.Count(topic => topic.State == TopicState.Confirmed)} of {Readable.Count(Topics.Count, "topic")} confirmed, epoch {Epoch}";
}

/// <summary>How a topic is.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="State">How far its subscription at the server is.</param>
/// <param name="Subscribers">How many actors and streams get its updates.</param>
public sealed record TopicStatus(Topic Topic, TopicState State, int Subscribers)
{
    /// <summary>Since when the server has not confirmed it, and why; set where <see cref="State"/> is <see cref="TopicState.Unconfirmed"/>.</summary>
    public UnconfirmedTopic? Unconfirmed { get; init; }

    /// <summary>Whether it has had no update for the age that a subscriber of it, or the connection, allows.</summary>
    public bool IsStale { get; init; }

    /// <summary>How long ago the last update was received that subscribers got; null before the first.</summary>
    public TimeSpan? LastUpdateAge { get; init; }

    /// <summary>Topic, state, subscribers, and what is wrong with it.</summary>
    public override string ToString() =>
        $"{Topic}: {State}, {Readable.Count(Subscribers, "subscriber")}{(IsStale ? ", stale" : "")}{(Unconfirmed is { } missing ? $", {Readable.Shorten(missing.Cause)}" : "")}";
}

/// <summary>How far the subscription of a topic at the server is.</summary>
public enum TopicState
{
    /// <summary>Wanted, and not confirmed yet: the connection is not Ready, or the server has not answered.</summary>
    Pending = 0,

    /// <summary>The server has confirmed it on this physical connection, or confirms nothing and was asked.</summary>
    Confirmed,

    /// <summary>Refused, taken away or not confirmed in time, and reported as <see cref="TopicUnconfirmed"/>: it is asked for again by itself.</summary>
    Unconfirmed,

    /// <summary>Its last subscriber has left, and it stays at the server for <c>SubscriptionOptions.UnsubscribeLinger</c>.</summary>
    Lingering,
}
