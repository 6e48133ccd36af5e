using System.Diagnostics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Protocol;
using AkkaWs.Routing;
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

    // Behind a batch of at most so many bytes nothing is at hand, most of the time.
    private const int Trickle = 4 * 1_024;

    // Behind a batch of so many bytes more is probably at hand. So many batches are then delivered together: a subscriber of one topic among many
    // wakes once for several of its updates.
    private const int LargeBatch = 32 * 1_024;
    private const int MostTogether = 8;

    // Where that brings most topics one update only, it is delivered by so many topics: while their routes are in cache.
    private const int TopicsInCache = 64;

    // So many topics before it is told, a subscriber is brought into cache.
    private const int TellsAhead = 8;

    private readonly TransportContext _context;
    private readonly WireConnection _wire;
    private readonly ReadAhead _ahead;
    private readonly IActorRef _connection;
    private readonly ILoggingAdapter _log;
    private readonly KeyTable _keys;
    private readonly List<Touched> _touched = [];

    // Of what is delivered together: counted up with each time that updates are handed over.
    private long _batchNumber;

    // The number that the batches began with, and how many topics they have brought.
    private long _firstNumber;
    private int _topics;

    // Updates of the batches that went to subscribers, and the ticks it took to hand over a part of them early.
    private int _delivered;
    private long _handingOver;

    // How many topics may wait for their updates to be handed over.
    private int _mostTouched = int.MaxValue;

    // Whether the turn is ours and nothing is held: within the turn.
    private bool _delivers;

    // Whether the thread pool had not got through what the batches before had given it.
    private bool _isAhead;

    // Whether the last batch was large, or all that there was and small.
    private bool _isBusy;
    private bool _isTrickle;

    public ReadLoop(TransportContext context, WireConnection wire, IActorRef connection, ILoggingAdapter log)
    {
        _context = context;
        _wire = wire;
        _ahead = new ReadAhead(wire.ReadBatchAsync, context.Credits);
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
            {
                goesOn = await ReadAsync(stopped).ConfigureAwait(false);
                if (goesOn && _isTrickle && _delivered > 0)
                    await Task.Yield(); // behind those who were told: they need not wait for the next read, nor for another thread
            }

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
        if (!_ahead.TryResume(out var reading))
        {
            await _context.Credits.WaitAsync(stopped).ConfigureAwait(false);
            reading = _wire.ReadBatchAsync();
        }

        var credit = new BatchCredit(_context.Credits);
        try
        {
            if ((_isAhead || _isBusy) && reading.IsCompleted)
                await Task.Yield(); // behind those who were told of the last batches: many of them run here, where the updates are in cache
            var batch = await reading.ConfigureAwait(false);
            if (batch is null)
                return false;
            if (_isBusy && _held is null)
                _ahead.Start(); // not while another connection delivers: it needs the credits
            _delivers = _context.Turn.Enter() == _context.Epoch && _held is null;
            try
            {
                Begin();
                var (messages, receivedAt, begunAt) = (batch.Count, batch.ReceivedAtTimestamp, _context.Batches is null ? 0 : Stopwatch.GetTimestamp());
                var bytes = Handle(batch, credit);
                while (credit.Count < MostTogether && _delivers && _ahead.TryTake(out batch))
                {
                    _ahead.Start();
                    credit.Count++;
                    messages += batch.Count;
                    bytes = Handle(batch, credit);
                }

                (_isBusy, _isTrickle) = (bytes >= LargeBatch, bytes <= Trickle && credit.Count == 1);
                _mostTouched = _topics > messages / 2 ? TopicsInCache : int.MaxValue;
                _context.Batches?.Understood(messages, begunAt + _handingOver);
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
        for (var next = 0; next < batch.Count;)
        {
            try
            {
                RouteFrom(ref next, batch, credit, ref bytes);
            }
            catch (Exception e)
            {
                bytes += batch[next++].Payload.Length;
                ReportHandlerError(nameof(ProtocolHandler.Classify), e);
            }

            if (_touched.Count >= _mostTouched)
                FlushEarly(credit);
        }

        TellPongs(credit); // before they are counted: the connection's actor tells them from other messages by what it was told
        _context.Counters.AddBatch(batch.Count, bytes, batch.ReceivedAtTimestamp);
        batch.ReleaseKeepingSlices();
        return bytes;
    }

    // Ends at the message that the handler fails on, and when enough topics wait.
    private void RouteFrom(ref int next, MessageBatch batch, BatchCredit credit, ref long bytes)
    {
        var isPlain = _delivers && !_context.ShowsUpdates && _context.Routes is { Everything: null, Patterns.Length: 0 };
        while (next < batch.Count && _touched.Count < _mostTouched)
        {
            if (isPlain)
            {
                RouteTogether(ref next, batch, credit, ref bytes);
                continue;
            }

            DispatchAny(batch[next], batch.ReceivedAtTimestamp, credit);
            bytes += batch[next++].Payload.Length;
        }
    }
}
