using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Routing;

/// <summary>
/// Stands before a sink that asked for gaps: compares the venue's numbers, puts <see cref="Gap"/> between the updates where one is missing, and tells
/// the topic's actor, which recovers. Updates come one group at a time; markers may come meanwhile.
/// </summary>
internal sealed class GapSink(Topic topic, IUpdateSink inner, SinkSettings settings, IActorRef owner) : IUpdateSink, ICreditHolder
{
    private long? _last;
    private bool _forget;

    public void Accept(TopicUpdate[] updates, BatchCredit credit)
    {
        if (Volatile.Read(ref _forget))
        {
            _last = null;
            Volatile.Write(ref _forget, false);
        }

        var begin = 0;
        for (var i = 0; i < updates.Length; i++)
        {
            if (updates[i].SourceSequence is not { } received)
                continue;
            var isReadable = TryFindMissing(updates[i], received, out var expected);
            if (isReadable && expected is null)
                continue;
            if (i > begin)
                inner.Accept(updates[begin..i], credit);
            begin = isReadable ? i : i + 1; // what cannot be read is dropped: the next number tells of the hole
            if (expected is { } missing)
                Tell(new Gap(topic, missing, received));
        }

        if (begin < updates.Length)
            inner.Accept(begin == 0 ? updates : updates[begin..], credit);
    }

    public void Accept(TopicMessage marker)
    {
        if (marker is Interrupted or Restored)
            Volatile.Write(ref _forget, true);
        inner.Accept(marker);
    }

    /// <summary>That of the sink behind it.</summary>
    public IActorRef? ToldWithoutBound => (inner as ActorSink)?.ToldWithoutBound;

    public void MarkProgress(long round) => (inner as ICreditHolder)?.MarkProgress(round);

    public bool HoldsReading => inner is ICreditHolder { HoldsReading: true };

    public bool FailIfStuck(CloseReason reason, long round) => inner is ICreditHolder holder && holder.FailIfStuck(reason, round);

    private bool TryFindMissing(TopicUpdate update, long received, out long? expected)
    {
        expected = null;
        var payload = update.Payload.Span;
        var member = nameof(ProtocolHandler.KindOf);
        try
        {
            var isSnapshot = settings.Handler.KindOf(payload) == UpdateKind.Snapshot;
            if (!isSnapshot)
            {
                member = nameof(ProtocolHandler.PreviousSequenceOf);
                expected = SequenceCheck.Missing(settings.Handler.Sequencing, _last, received, settings.Handler.PreviousSequenceOf(payload));
            }

            _last = received;
            if (isSnapshot)
                owner.Tell(SnapshotSeen.Instance, ActorRefs.NoSender);
            return true;
        }
        catch (Exception e)
        {
            settings.Counters.AddUnreadable(member, e);
            return false;
        }
    }

    private void Tell(Gap gap)
    {
        settings.Counters.AddGap();
        inner.Accept(gap);
        owner.Tell(new GapFound(settings.Options.Gaps ?? GapRecovery.None), ActorRefs.NoSender);
    }
}

/// <summary>Tells a topic's actor that updates are missing.</summary>
internal sealed record GapFound(GapRecovery Recovery) : INoSerializationVerificationNeeded;

/// <summary>Tells a topic's actor that a snapshot has come.</summary>
internal sealed record SnapshotSeen : INoSerializationVerificationNeeded
{
    public static SnapshotSeen Instance { get; } = new();
}
