using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

// The messages that subscribe and unsubscribe. A topic that the handler cannot build one for fails alone.
internal sealed partial class ConnectionActor
{
    private bool AskNext(OpenData data)
    {
        if (!_core.Ledger.HasWork || _cause is not null || !TryPassInBulk(_core.Gates.Of(RateKind.Subscription)))
            return false;
        var (handler, ledger) = (_core.Handler, _core.Ledger);
        var id = NextId();
        if (ledger.Missing(handler.MaxTopicsPerMessage) is { Count: > 0 } missing)
        {
            var batch = NextBatch(missing, topics => handler.BuildSubscribe(topics, id));
            if (batch.Message is { } message)
            {
                MarkAskedAgain([.. batch.Topics.Where(ledger.MayBeginAnew)]);
                return Ask(data, "subscribe", id, message, batch.Topics, ledger.MarkSubscribing);
            }

            ledger.Refuse(batch.Topics);
            Refuse([.. batch.Topics.Select(topic => batch.FailureOf(topic, _core.Options.MaxMessageSize))], batch.Error);
        }
        else
        {
            var batch = NextBatch(ledger.Surplus(handler.MaxTopicsPerMessage), topics => handler.BuildUnsubscribe(topics, id));
            if (batch.Message is { } message)
            {
                if (!Ask(data, "unsubscribe", id, message, batch.Topics, ledger.MarkUnsubscribing))
                    return false;
                if (!handler.ConfirmsSubscriptions)
                    NoteLeft(batch.Topics);
                WatchUnconfirmed(batch.Topics.Where(ledger.IsUnderWay)); // those that are to be renewed
                return true;
            }

            ledger.Refuse(batch.Topics);
            ReportNotBuilt(batch, nameof(ProtocolHandler.BuildUnsubscribe));
        }

        return true;
    }

    private SubscribeBatch NextBatch(IReadOnlyList<Topic> topics, Func<IReadOnlyList<Topic>, OutboundMessage> build)
    {
        var (asked, most) = (_core.Options.Subscriptions.MaxSubscribeBytes, _core.Handler.MaxSubscribeBytes);
        return SubscribeBatch.Next(topics, asked < most ? asked : most ?? asked, _core.Options.MaxMessageSize, build);
    }

    // The server goes on with a topic that it cannot be told to leave: its updates are counted as unrouted.
    private void ReportNotBuilt(SubscribeBatch batch, string member) => _log.HandlerFailed(
        Scope,
        batch.Error ?? new MessageTooLargeException(Name, "an unsubscribe message", _core.Options.MaxMessageSize),
        _core.Handler.GetType(),
        $"{member}: {batch.Topics[0]}",
        _core.Counters.AddHandlerError());

    private bool Ask(OpenData data, string operation, RequestId id, OutboundMessage message, IReadOnlyList<Topic> topics, Action<IReadOnlyList<Topic>, RequestId> mark)
    {
        if (!TryAsk(data, message))
            return false;
        mark(topics, id);
        ShowSent(operation, message);
        _spans.Subscribing(operation, id, _core.Epoch, topics.Count);
        AwaitAnswer(id, topics);
        return true;
    }

    private bool TryAsk(OpenData data, OutboundMessage message)
    {
        if (data.Wire.TryPost(new PostedWrite(message, Lanes.OfWire(MessagePriority.Subscribe))))
            return true;
        ScheduleRetry();
        return false;
    }

    private void AwaitAnswer(RequestId id, IReadOnlyList<Topic> topics)
    {
        if (_core.Handler.ConfirmsSubscriptions)
        {
            Timers.StartSingleTimer(new ConfirmDeadline(id), new ConfirmDeadline(id), _core.Options.Subscriptions.ConfirmTimeout);
            return;
        }

        // Callers are answered last: where something fails before, the restart answers them.
        _spans.Ended(id, null, null);
        Apply(_core.Ledger.Apply(new Acknowledgement { RequestId = id, Topics = topics }));
    }
}
