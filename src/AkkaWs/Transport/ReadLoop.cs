using System.Buffers.Binary;
using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Telemetry;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>
/// Reads batches, tells each message's kind in one pass, and sends it on: updates straight to their subscribers (see <see cref="TopicRoute"/>),
/// the rest to the connection's actor. Runs on the thread pool; touches no actor context, only references captured before it started.
/// </summary>
internal sealed partial class ReadLoop
{
    // A batch of at most so many bytes is copied out of its slab: a trickle of kept updates, or one pong, must not pin 64 KiB.
    private const int SmallBatch = 1_024;

    private readonly TransportContext _context;
    private readonly WireConnection _wire;
    private readonly IActorRef _connection;
    private readonly ILoggingAdapter _log;
    private readonly KeyTable _keys;
    private readonly List<TopicRoute> _touched = [];
    private long _batchNumber;

    // Updates of the batch that went to subscribers.
    private int _delivered;

    // Whether the turn is ours and nothing is held: within the turn.
    private bool _delivers;

    public ReadLoop(TransportContext context, WireConnection wire, IActorRef connection, ILoggingAdapter log)
    {
        _context = context;
        _wire = wire;
        _connection = connection;
        _log = log;
        _keys = new KeyTable(context.Routes, context.Handler, context.Options.Subscriptions.MaxTopics);
    }

    /// <summary>Runs until the connection ends. Returns after a completed closing handshake, throws otherwise.</summary>
    public async Task<WireCloseStatus?> RunAsync(CancellationToken stopped)
    {
        var goesOn = await StandByAsync(stopped).ConfigureAwait(false);
        while (goesOn)
            goesOn = await ReadAsync(stopped).ConfigureAwait(false);
        return _wire.CloseStatus;
    }

    private async ValueTask<bool> ReadAsync(CancellationToken stopped)
    {
        await _context.Credits.WaitAsync(stopped).ConfigureAwait(false);
        var credit = new BatchCredit(_context.Credits);
        try
        {
            var batch = await _wire.ReadBatchAsync().ConfigureAwait(false);
            if (batch is null)
                return false;
            _delivers = _context.Turn.Enter() == _context.Epoch && _held is null;
            try
            {
                Handle(batch, credit);
            }
            finally
            {
                _context.Turn.Exit();
            }

            return true;
        }
        finally
        {
            credit.Release();
        }
    }

    private void Handle(MessageBatch batch, BatchCredit credit)
    {
        long bytes = 0;
        ReadOnlyMemory<byte>? pong = null;
        var begunAt = _context.Batches is null ? 0 : Stopwatch.GetTimestamp();
        _delivered = 0;
        _batchNumber++;
        batch.Detach(SmallBatch);
        for (var i = 0; i < batch.Count; i++)
        {
            var message = batch[i];
            bytes += message.Payload.Length;
            switch (message.Opcode)
            {
                case WireOpcode.Text:
                    Dispatch(message.Payload, batch.ReceivedAtTimestamp, credit);
                    break;
                case WireOpcode.Binary:
                    DispatchBinary(message.Payload, batch.ReceivedAtTimestamp, credit);
                    break;
                case WireOpcode.Pong:
                    pong = message.Payload;
                    break;
                default:
                    break; // a ping: the wire has answered it
            }
        }

        if (pong is { } answer)
            _connection.Tell(new PongReceived(_context.Epoch, PingOf(answer.Span), batch.ReceivedAtTimestamp), ActorRefs.NoSender);
        Flush(credit);
        _context.Counters.AddBatch(batch.Count, bytes, batch.ReceivedAtTimestamp);
        _context.Batches?.Observe(batch.Count, _delivered, batch.ReceivedAtTimestamp, begunAt);
        batch.ReleaseKeepingSlices();
    }

    private static long? PingOf(ReadOnlySpan<byte> pong) =>
        pong.Length == sizeof(long) && BinaryPrimitives.ReadInt64BigEndian(pong) is > 0 and var number ? number : null;

    private void DispatchBinary(ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        try
        {
            payload = _context.Handler.DecodeBinary(payload);
        }
        catch (Exception e)
        {
            ReportHandlerError(nameof(ProtocolHandler.DecodeBinary), e);
            return;
        }

        Dispatch(payload, receivedAt, credit);
    }

    private void Dispatch(ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        try
        {
            if (_held is null && _context.Routes.Everything is { } everything)
                Route(everything, Topic.Everything, payload, receivedAt);
            var classification = _context.Handler.Classify(payload.Span);
            if (!_delivers && HoldOrDrop(classification.Kind, payload, receivedAt))
                return;
            Deliver(classification, payload, receivedAt, credit);
        }
        catch (Exception e)
        {
            ReportHandlerError(nameof(ProtocolHandler.Classify), e);
        }
    }

    private void Deliver(Classification classification, ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        switch (classification.Kind)
        {
            case MessageKind.Update when classification.IsComposed:
                RouteComposed(payload, receivedAt, credit);
                break;
            case MessageKind.Update:
                RouteUpdate(classification.KeyOf(payload.Span), payload, receivedAt);
                break;
            case MessageKind.Response:
                Learn(payload);
                var id = _context.Handler.RequestIdOf(classification.KeyOf(payload.Span));
                credit.Retain();
                _connection.Tell(new ResponseReceived(_context.Epoch, id, payload, credit), ActorRefs.NoSender);
                break;
            case MessageKind.System:
                DispatchSystem(payload, receivedAt, credit);
                break;
            case MessageKind.Control:
                Learn(payload);
                Forward(MessageKind.Control, payload, credit);
                break;
            case MessageKind.Batch:
                TakeApart(payload, receivedAt, credit);
                break;
            default:
                OnUnknown(classification.Kind, payload, credit);
                break;
        }
    }

    private void DispatchSystem(ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        if (_context.Handler.IsServerPing(payload.Span))
        {
            if (_context.Handler.BuildPong(payload.Span) is { } pong)
                _wire.TryPost(new PostedWrite(pong, WireLane.Immediate));
        }
        else if (_context.Handler.IsPong(payload.Span))
        {
            _connection.Tell(new PongReceived(_context.Epoch, null, receivedAt), ActorRefs.NoSender);
        }
        else
        {
            Forward(MessageKind.System, payload, credit);
        }
    }

    private void Forward(MessageKind kind, ReadOnlyMemory<byte> payload, BatchCredit credit)
    {
        credit.Retain();
        _connection.Tell(new FrameReceived(_context.Epoch, kind, payload, credit), ActorRefs.NoSender);
    }

    private void RouteUpdate(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        var route = _keys.Route(key);
        if (route is not null && route.Progress.Epoch != _context.Epoch && IsDuplicate(route, payload.Span, receivedAt))
        {
            _context.Counters.AddDuplicate();
            return;
        }

        if (route is not null)
            Route(route, route.Topic, payload, receivedAt);
        else if (_context.Routes.Patterns.Length == 0 || !_keys.HasName(key))
            OnUnrouted(key, payload, receivedAt);
        if (_context.Routes.Patterns.Length > 0 && _keys.HasName(key))
            RouteByPattern(key, payload, receivedAt);
    }

    private void Route(TopicRoute route, Topic topic, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        var progress = route.Progress;
        if (progress.Batch != _batchNumber || progress.Epoch != _context.Epoch)
            Touch(route, progress);
        var sourceSequence = topic.IsEverything ? null : _context.Handler.SequenceOf(payload.Span);
        progress.Group.Add(new TopicUpdate(topic, payload, _context.Epoch, ++progress.Sequence, sourceSequence, receivedAt));
    }

    private void Touch(TopicRoute route, RouteProgress progress)
    {
        progress.Batch = _batchNumber;
        progress.Epoch = _context.Epoch;
        progress.Snapshot = route.DirectSnapshot(_context.Epoch);
        _touched.Add(route);
    }

    private void Flush(BatchCredit credit)
    {
        foreach (var route in _touched)
        {
            var progress = route.Progress;
            if (progress.Group.Count == 0)
                continue; // the handler failed on its only message
            _delivered += progress.Group.Count;
            (progress.SourceSequence, progress.ReceivedAt) = (progress.Group[^1].SourceSequence, progress.Group[^1].ReceivedAt);
            if (progress.Snapshot is { } snapshot)
            {
                FanOut(route, snapshot, progress.Group, credit);
            }
            else
            {
                progress.Posted++;
                credit.Retain();
                route.Post(new TopicGroup(_context.Epoch, [.. progress.Group], credit));
            }

            progress.Group.Clear();
        }

        _touched.Clear();
    }

    // Topic by topic, so that a subscriber wakes once for what one read brought it.
    private static void FanOut(TopicRoute route, TopicSnapshot snapshot, List<TopicUpdate> updates, BatchCredit credit)
    {
        foreach (var subscriber in snapshot.Each)
        {
            foreach (var update in updates)
                subscriber.Tell(update, route.Owner);
        }

        if (!snapshot.WantsGroups)
            return;
        TopicUpdate[] group = [.. updates];
        if (snapshot.Batched.Length > 0)
        {
            var batch = new TopicUpdates(route.Topic, group);
            foreach (var subscriber in snapshot.Batched)
                subscriber.Tell(batch, route.Owner);
        }

        foreach (var sink in snapshot.Sinks)
            sink.Accept(group, credit);
    }

    private void ReportHandlerError(string member, Exception error)
    {
        // A handler that fails on one message may fail on every one: the log tells of the 1st, 2nd, 4th, 8th …
        var count = _context.Counters.AddHandlerError();
        if (!long.IsPow2(count))
            return;
        _log.HandlerFailed(new LogScope(_context.Options.Name, _context.Epoch.Value, ConnectionState.Ready), error, _context.Handler.GetType(), member, count);
    }
}
