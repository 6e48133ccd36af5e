using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Policies;

// One physical connection follows another: each has a ledger of its own.
internal sealed partial class SubscriptionLedger
{
    /// <summary>The topics that are wished and that the server has confirmed.</summary>
    public IEnumerable<Topic> Confirmed => _entries.Where(e => e.Value is { Wished: true, Wire: WireState.Confirmed }).Select(e => e.Key);

    /// <summary>The topics that are wished and that the server has not confirmed.</summary>
    public IEnumerable<Topic> Unconfirmed => _entries.Where(e => e.Value is { Wished: true, Wire: not WireState.Confirmed }).Select(e => e.Key);

    /// <summary>Whether an answer of the server's is still to come.</summary>
    public bool IsWaiting => _pending.Count > 0;

    /// <summary>Whether all that is wished is confirmed, or refused and held back.</summary>
    public bool IsSettled => !IsWaiting && Confirmed.Count() + HeldCount == DesiredCount;

    /// <summary>Those of the failures, one for each topic, whose topics are held back.</summary>
    public IReadOnlyList<TopicFailure> HeldBack(IEnumerable<TopicFailure> failures) =>
        [.. failures.Where(failure => _refused.Contains(failure.Topic)).DistinctBy(failure => failure.Topic)];

    /// <summary>Whether nothing is subscribed any more, as far as the server ever confirmed it. What it never confirmed to have left counts as left.</summary>
    public bool HasLeft => _entries.Values.All(entry => entry.Wire is WireState.Absent or WireState.Subscribing || entry.Hold == Hold.Unanswered);

    /// <summary>Wishes what the ledger of the connection in charge has confirmed, and nothing else.</summary>
    public void Follow(SubscriptionLedger leader)
    {
        foreach (var topic in Desired.Where(topic => !leader.IsWishedAndConfirmed(topic)).ToList())
            Unwish(topic);
        foreach (var topic in leader.Confirmed)
            Adopt(topic, leader._entries[topic]);
    }

    /// <summary>Takes over the wishes of the ledger of the connection that was in charge, and which topics were ever confirmed.</summary>
    public void Inherit(SubscriptionLedger predecessor)
    {
        foreach (var topic in Desired.Where(topic => !predecessor.IsWished(topic)).ToList())
            Unwish(topic);
        foreach (var topic in predecessor.Desired)
            Adopt(topic, predecessor._entries[topic]);
    }

    /// <summary>Wishes nothing any more.</summary>
    public void UnwishAll()
    {
        foreach (var topic in Desired.ToList())
            Unwish(topic);
    }

    private bool IsWished(Topic topic) => _entries.TryGetValue(topic, out var entry) && entry.Wished;

    private bool IsWishedAndConfirmed(Topic topic) => _entries.TryGetValue(topic, out var entry) && entry is { Wished: true, Wire: WireState.Confirmed };

    private void Adopt(Topic topic, Entry from)
    {
        Wish(topic, from.Critical);
        _entries[topic].WasConfirmed |= from.WasConfirmed;
    }
}
