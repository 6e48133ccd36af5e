using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Transport;

// While an earlier physical connection delivers, the loop of a later one stands by: what is not an update goes to the connection's actor as ever,
// updates are held in order. When its turn has come it delivers what it held, without what the other one brought already, and goes on as any loop.
internal sealed partial class ReadLoop
{
    // So many held messages are as one batch: each has its credit, so a consumer that stands still holds them up.
    private const int HeldAtATime = 256;

    private static readonly CloseReason NotAll = new(ErrorClass.Rotation, "updates may be missing: the old connection of the rotation ended early");

    private StandbyBuffer? _held;

    /// <summary>Returns when the turn has come and nothing is held; false if the connection has ended.</summary>
    private async Task<bool> StandByAsync(CancellationToken stopped)
    {
        var turn = _context.Turn.WaitAsync(_context.Epoch);
        if (turn.IsCompleted)
            return true;
        _held = new StandbyBuffer(_context.Options.Rotation.MaxHeldUpdates, _context.Options.Rotation.MaxHeldBytes);
        var reading = Task.FromResult(true);
        try
        {
            while (!turn.IsCompleted)
            {
                if (!HasRoom())
                {
                    _connection.Tell(new StandbyFull(_context.Epoch), ActorRefs.NoSender);
                    await turn.WaitAsync(stopped).ConfigureAwait(false);
                    break;
                }

                reading = ReadAsync(stopped).AsTask();
                await Task.WhenAny(reading, turn).ConfigureAwait(false);
                if (!turn.IsCompleted && !await reading.ConfigureAwait(false))
                    return false;
            }

            while (await DeliverHeldAsync(stopped).ConfigureAwait(false))
            {
            }

            return await reading.ConfigureAwait(false);
        }
        finally
        {
            // Where this ends early, the socket ends too, and the read with it.
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What the other connection has delivered by now need not be held any longer.
    private bool HasRoom()
    {
        if (!_held!.IsFull)
            return true;
        var kept = new HashSet<TopicRoute>();
        _context.Turn.Enter();
        try
        {
            _held.RemoveWhere(message => message.IsUpdate && RouteOf(message) is { } route && !kept.Contains(route)
                && (IsDuplicate(route.Progress, message.Payload, message.ReceivedAt) || !kept.Add(route)));
        }
        catch (Exception e)
        {
            ReportHandlerError(nameof(ProtocolHandler.SequenceOf), e);
        }
        finally
        {
            _context.Turn.Exit();
        }

        return !_held.IsFull;
    }

    private bool HoldOrDrop(MessageKind kind, ReadOnlyMemory<byte> payload, long receivedAt, bool isPart = false)
    {
        var isUpdate = kind == MessageKind.Update;
        if (_held is not null && (isUpdate || (!isPart && _context.Routes.Everything is not null)))
            _held.Add(new HeldMessage(payload.ToArray(), receivedAt, isUpdate, isPart));
        else if (isUpdate)
            _context.Counters.AddDuplicate();
        return isUpdate;
    }

    private async ValueTask<bool> DeliverHeldAsync(CancellationToken stopped)
    {
        await _context.Credits.WaitAsync(stopped).ConfigureAwait(false);
        var credit = new BatchCredit(_context.Credits);
        var holder = _context.Turn.Enter();
        try
        {
            if (holder != _context.Epoch)
                _held!.RemoveWhere(_ => true); // given up meanwhile
            Begin();
            for (var i = 0; i < HeldAtATime && _held!.TryTake(out var message); i++)
                Deliver(message);
            Flush(credit);
            if (_held!.Count == 0)
                _held = null;
            return _held is not null;
        }
        finally
        {
            _context.Turn.Exit();
            credit.Release();
        }
    }

    private void Deliver(HeldMessage message)
    {
        try
        {
            if (message.IsUpdate)
                DeliverUpdate(message);
            else
                Record(message.Payload, message.ReceivedAt);
        }
        catch (Exception e)
        {
            ReportHandlerError(nameof(ProtocolHandler.SequenceOf), e);
        }
    }

    private void DeliverUpdate(HeldMessage message)
    {
        Span<byte> scratch = stackalloc byte[LongestComposedKey];
        var key = KeyOf(message.Payload, scratch);
        var route = key.IsEmpty ? null : _keys.Route(key);
        if (message.ReceivedAt < route?.AskedAgainAt)
            route = null; // of an earlier subscription
        if (route is not null && IsDuplicate(route.Progress, message.Payload, message.ReceivedAt))
        {
            _context.Counters.AddDuplicate();
            return;
        }

        var mayMatch = _context.Routes.Patterns.Length > 0 && !key.IsEmpty && _keys.HasName(key);
        if (!message.IsPart && (route is not null || !mayMatch || !IsDuplicateOfPattern(key, message.Payload, message.ReceivedAt)))
            Record(message.Payload, message.ReceivedAt);
        if (route is not null)
        {
            MarkHole(route, LastOf(route.Progress), message.Payload);
            Route(route.Progress, route.Topic, message.Payload, message.ReceivedAt);
        }
        else if (!mayMatch)
        {
            _context.Counters.AddUnrouted();
        }

        if (mayMatch)
            RouteByPattern(key, message.Payload, message.ReceivedAt);
    }

    private TopicRoute? RouteOf(HeldMessage message)
    {
        Span<byte> scratch = stackalloc byte[LongestComposedKey];
        return KeyOf(message.Payload, scratch) is { IsEmpty: false } key ? _keys.Route(key) : null;
    }

    // A socket that lags behind the one before it may bring duplicates for a while after the turn has come. What was delivered before a loss proves
    // nothing; once an update of ours was delivered, the topic's progress is ours too, and nothing is a duplicate any more.
    private bool IsDuplicate(RouteProgress progress, ReadOnlySpan<byte> payload, long receivedAt) =>
        MayOverlap(progress.Epoch) && IsDuplicate(LastOf(progress), _context.Handler.SequenceOf(payload), receivedAt);

    private bool IsDuplicate(PatternMark last, long? sequence, long receivedAt) => MayOverlap(last.Epoch) && OverlapPolicy.IsDuplicate(
        new UpdateMark(sequence, receivedAt), new UpdateMark(last.Sequence, last.ReceivedAt), _context.Options.Rotation.Skew);

    private static PatternMark LastOf(RouteProgress progress) => new(progress.Epoch, progress.SourceSequence, progress.ReceivedAt);

    // The first update of a topic that this connection brings, where the one before may not have brought all that the venue sent before.
    private void MarkHole(TopicRoute route, PatternMark last, ReadOnlySpan<byte> payload)
    {
        if (MayOverlap(last.Epoch) && last.Epoch.Value < _context.Turn.DoubtfulBefore.Value && IsBehindHole(last, payload))
            route.Post(new TopicMark(last.Epoch, NotAll, IsBridged: true) { KeepsDoubt = true });
    }

    // By the venue's numbers. Where these do not tell, one that broke may have brought less than all.
    private bool IsBehindHole(PatternMark last, ReadOnlySpan<byte> payload)
    {
        var handler = _context.Handler;
        return handler.Sequencing == SequenceRule.Contiguous && last.Sequence is not null && handler.SequenceOf(payload) is { } received
            ? SequenceCheck.Missing(handler.Sequencing, last.Sequence, received, handler.PreviousSequenceOf(payload)) is not null
            : last.Epoch.Value < _context.Turn.TornBefore.Value;
    }

    private bool MayOverlap(Epoch last) => last.Value >= _context.Turn.UnbrokenSince.Value && last.Value < _context.Epoch.Value;
}
