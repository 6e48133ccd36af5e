using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Topics;

// Updates of which nobody knows whether an earlier subscription brings them, or the new one.
internal sealed partial class TopicActor
{
    private static readonly CloseReason BeginsHere = new(ErrorClass.None, "the server ended the earlier subscription late; the new one begins here");

    private void DeliverInDoubt(TopicGroup group, LeaveDoubt doubt)
    {
        var last = Array.FindIndex(group.Updates, doubt.EndsWith);
        var begin = Array.FindIndex(group.Updates, 0, last < 0 ? group.Updates.Length : last + 1, update => IsBehindHole(update, doubt.Handler));
        if (begin > 0)
            Deliver(group with { Updates = group.Updates[..begin] });
        if (begin >= 0)
        {
            Announce(new Interrupted(_route.Topic, group.Epoch, BeginsHere));
            Announce(new Restored(_route.Topic, group.Epoch));
        }

        Deliver(begin > 0 ? group with { Updates = group.Updates[begin..] } : group);
        if (begin < 0 && last < 0)
            return;
        _members.Doubt = null;
        Publish();
    }

    // By when they were received: a confirmation overtakes the updates that came before it.
    private void EndDoubt(long? at)
    {
        if (at is not null && _members.Doubt is { } doubt)
            _members.Doubt = doubt with { EndsAt = at };
    }

    private bool IsBehindHole(TopicUpdate update, ProtocolHandler handler)
    {
        if (update.SourceSequence is not { } number)
            return false;
        var last = _members.NumberInDoubt;
        _members.NumberInDoubt = number;
        try
        {
            return SequenceCheck.Missing(handler.Sequencing, last, number, handler.PreviousSequenceOf(update.Payload.Span)) is not null;
        }
        catch (Exception)
        {
            return true; // what cannot be read proves nothing
        }
    }
}
