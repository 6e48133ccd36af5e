using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
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

    // Behind a batch of so many bytes more is probably at hand. So many batches are then delivered together: a subscriber of one topic among many
    // wakes once for several of its updates.
    private const int LargeBatch = 32 * 1_024;
    private const int MostTogether = 8;

    private readonly TransportContext _context;
    private readonly WireConnection _wire;
    private readonly ReadAhead _ahead;
    private readonly IActorRef _connection;
    private readonly ILoggingAdapter _log;
    private readonly KeyTable _keys;
    private readonly List<RouteProgress> _touched = [];
    private long _batchNumber;

    // Updates of the batch that went to subscribers.
    private int _delivered;

    // Whether the turn is ours and nothing is held: within the turn.
    private bool _delivers;

    // Whether the thread pool had not got through what the batches before had given it.
    private bool _isAhead;

    // Whether the last batch was large.
    private bool _isBusy;

    public ReadLoop(TransportContext context, WireConnection wire, IActorRef connection, ILoggingAdapter log)
    {
        _context = context;
        _wire = wire;
        _ahead = new ReadAhead(wire, context.Credits);
        _connection = connection;
        _log = log;
        _keys = new KeyTable(context.Routes, context.Handler, context.Options.Subscriptions.MaxTopics);
    }

    /// <summary>Runs until the connection ends. Returns after a completed closing handshake, throws otherwise.</summary>
    public async Task<WireCloseStatus?> RunAsync(CancellationToken stopped)
    {
        try
        {
            var goesOn = await StandByAsync(stopped).ConfigureAwait(false);
            while (goesOn)
                goesOn = await ReadAsync(stopped).ConfigureAwait(false);
            return _wire.CloseStatus;
        }
        finally
        {
            _ahead.End();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadAsync(CancellationToken stopped)
    {
        await _ahead.ArrivalAsync().ConfigureAwait(false);
        if (!_ahead.HasBegun)
            await _context.Credits.WaitAsync(stopped).ConfigureAwait(false);
        var reading = _ahead.ReadAsync();
        var credit = new BatchCredit(_context.Credits);
        try
        {
            if (_isAhead && reading.IsCompleted)
                await Task.Yield(); // behind those who were told of the last batches: on a busy machine they run here, where the updates are in cache
            var batch = await reading.ConfigureAwait(false);
            if (batch is null)
                return false;
            if (_isBusy && _held is null)
                _ahead.Start(); // not while another connection delivers: it needs the credits
            _delivers = _context.Turn.Enter() == _context.Epoch && _held is null;
            try
            {
                _batchNumber++;
                _delivered = 0;
                var (messages, receivedAt, begunAt) = (batch.Count, batch.ReceivedAtTimestamp, _context.Batches is null ? 0 : Stopwatch.GetTimestamp());
                var bytes = Handle(batch, credit);
                while (credit.Count < MostTogether && _delivers && _ahead.TryTake(out batch))
                {
                    _ahead.Start();
                    credit.Count++;
                    messages += batch.Count;
                    bytes = Handle(batch, credit);
                }

                _isBusy = bytes >= LargeBatch;
                _context.Batches?.Understood(messages, begunAt);
                _isAhead = ThreadPool.PendingWorkItemCount > 0;
                Flush(credit);
                _context.Batches?.Observe(messages, _delivered, receivedAt, begunAt);
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

    private long Handle(MessageBatch batch, BatchCredit credit)
    {
        batch.Detach(SmallBatch);
        long bytes = 0;
        for (var next = 0; next < batch.Count; next++)
        {
            try
            {
                RouteFrom(ref next, batch, credit, ref bytes);
            }
            catch (Exception e)
            {
                ReportHandlerError(nameof(ProtocolHandler.Classify), e);
            }
        }

        _context.Counters.AddBatch(batch.Count, bytes, batch.ReceivedAtTimestamp);
        batch.ReleaseKeepingSlices();
        return bytes;
    }

    // Ends at the message that the handler fails on.
    private void RouteFrom(ref int next, MessageBatch batch, BatchCredit credit, ref long bytes)
    {
        var (handler, receivedAt) = (_context.Handler, batch.ReceivedAtTimestamp);
        var isPlain = _delivers && _context.Routes is { Everything: null, Patterns.Length: 0 };
        for (; next < batch.Count; next++)
        {
            var message = batch[next];
            bytes += message.Payload.Length;
            if (message.Opcode != WireOpcode.Text || !isPlain)
            {
                DispatchAny(message, receivedAt, credit);
                continue;
            }

            // Most messages are further updates of a topic that this batch has brought before, or will.
            var utf8 = message.Payload.Span;
            var classification = handler.Classify(utf8);
            if (classification is { Kind: MessageKind.Update, KeyLength: > 0 }
                && _keys.Progress(utf8.Slice(classification.KeyStart, classification.KeyLength)) is { } progress && progress.Epoch == _context.Epoch)
                Route(progress, progress.Topic, message.Payload, receivedAt);
            else
                Deliver(classification, message.Payload, receivedAt, credit);
        }
    }

    private void DispatchAny(WireMessage message, long receivedAt, BatchCredit credit)
    {
        switch (message.Opcode)
        {
            case WireOpcode.Text:
                Dispatch(message.Payload, receivedAt, credit);
                break;
            case WireOpcode.Binary:
                DispatchBinary(message.Payload, receivedAt, credit);
                break;
            case WireOpcode.Pong:
                _connection.Tell(new PongReceived(_context.Epoch, PingOf(message.Span), receivedAt), ActorRefs.NoSender);
                break;
            default:
                break; // a ping: the wire has answered it
        }
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
        if (_held is null && _context.Routes.Everything is { } everything)
            Route(everything.Progress, Topic.Everything, payload, receivedAt);
        var classification = _context.Handler.Classify(payload.Span);
        if (!_delivers && HoldOrDrop(classification.Kind, payload, receivedAt))
            return;
        Deliver(classification, payload, receivedAt, credit);
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
                if (_context.Requests?.TryTake(id, payload, _context.Epoch) == true)
                    break;
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
        var progress = _keys.Progress(key);
        if (progress is not null && progress.Epoch != _context.Epoch && IsDuplicate(progress, payload.Span, receivedAt))
        {
            _context.Counters.AddDuplicate();
            return;
        }

        if (progress is not null)
            Route(progress, progress.Topic, payload, receivedAt);
        else if (_context.Routes.Patterns.Length == 0 || !_keys.HasName(key))
            OnUnrouted(key, payload, receivedAt);
        if (_context.Routes.Patterns.Length > 0 && _keys.HasName(key))
            RouteByPattern(key, payload, receivedAt);
    }

    private void Route(RouteProgress progress, Topic topic, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        if (progress.Batch != _batchNumber || progress.Epoch != _context.Epoch)
            Touch(progress);
        progress.Add(topic, payload, progress.IsEverything ? null : _context.Handler.SequenceOf(payload.Span), receivedAt);
    }

    private void Touch(RouteProgress progress)
    {
        progress.Batch = _batchNumber;
        progress.Epoch = _context.Epoch;
        _touched.Add(progress);
    }

    private void Flush(BatchCredit credit)
    {
        foreach (var progress in _touched)
        {
            if (progress.Count == 0)
                continue; // the handler failed on its only message
            _delivered += progress.Count;
            if (progress.DirectSnapshot() is { } snapshot)
            {
                FanOut(progress, snapshot, credit);
            }
            else
            {
                progress.Posted++;
                credit.Retain();
                progress.Route.Post(new TopicGroup(_context.Epoch, progress.ToArray(), credit));
            }

            progress.Clear();
        }

        _touched.Clear();
    }

    // Topic by topic, so that a subscriber wakes once for what one read brought it.
    private static void FanOut(RouteProgress progress, TopicSnapshot snapshot, BatchCredit credit)
    {
        if (snapshot.Only is { } only)
        {
            for (var i = 0; i < progress.Count; i++)
                only.Tell(progress[i], snapshot.Sender);
            return;
        }

        foreach (var subscriber in snapshot.Each)
        {
            for (var i = 0; i < progress.Count; i++)
                subscriber.Tell(progress[i], snapshot.Sender);
        }

        if (!snapshot.WantsGroups)
            return;
        var group = progress.ToArray();
        if (snapshot.Batched.Length > 0)
        {
            var batch = new TopicUpdates(progress.Topic, group);
            foreach (var subscriber in snapshot.Batched)
                subscriber.Tell(batch, snapshot.Sender);
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
