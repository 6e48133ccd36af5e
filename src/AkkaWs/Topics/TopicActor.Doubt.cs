using System.Diagnostics;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Topics;

// Updates of which nobody knows whether an earlier subscription brings them, or the new one.
internal sealed partial class TopicActor
{
    private void DeliverInDoubt(TopicGroup group, LeaveDoubt doubt)
    {
        var begin = Array.FindIndex(group.Updates, update => IsBehindHole(update, doubt.Handler));
        if (begin > 0)
            Deliver(group with { Updates = group.Updates[..begin] });
        if (begin >= 0)
        {
            Announce(new Interrupted(_route.Topic, group.Epoch, new CloseReason(ErrorClass.None, "the subscription before ends here, which the server left late")));
            Announce(new Restored(_route.Topic, group.Epoch));
        }

        Deliver(begin > 0 ? group with { Updates = group.Updates[begin..] } : group);
        if (begin < 0 && !(Stopwatch.GetTimestamp() >= doubt.Until))
            return;
        _members.Doubt = null;
        Publish();
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
