using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;
using AkkaWs.Transport;

namespace AkkaWs.Requests;

/// <summary>
/// The requests of a connection that have no outcome yet, and the actors that have none to answer for. The connection's actor adds, anyone ends.
/// Thread-safe.
/// </summary>
internal sealed class RequestTable(string connection, ProtocolHandler handler) : IResponseTaker
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RequestId, PendingRequest> _pending = [];
    private readonly LateIds _late = new();
    private RequestSeat? _idle;
    private int _idleCount;
    private bool _isWatched;

    // How many actors were idle all the time since the pool was last shrunk: so many more than needed.
    private int _spare;

    /// <summary>Hears of every request that ends otherwise than by its response.</summary>
    public IActorRef Owner { get; set; } = ActorRefs.Nobody;

    /// <summary>How long the connection has lived; null: no time passes.</summary>
    public LifeClock? Life { get; set; }

    private TimeSpan Now => Life?.Elapsed ?? TimeSpan.Zero;

    /// <summary>Told of every request's outcome, how long it took and its name, by whoever ends it: on any thread.</summary>
    public Action<RequestId, TimeSpan, string>? Observer { get; set; }

    public int Count
    {
        get
        {
            lock (_lock)
                return _pending.Count;
        }
    }

    public bool TryGet(RequestId id, [MaybeNullWhen(false)] out PendingRequest request)
    {
        lock (_lock)
            return _pending.TryGetValue(id, out request);
    }

    /// <summary>Takes a request in; its id is that of no other.</summary>
    public void Add(PendingRequest request)
    {
        lock (_lock)
        {
            _pending.Add(request.Id, request);
            request.Seat.Current = request;
        }
    }

    public PendingRequest[] ToArray()
    {
        lock (_lock)
            return [.. _pending.Values];
    }

    /// <summary>Whether the owner hears of the requests that are answered as well, from now on.</summary>
    /// <returns>The requests whose ends it has not heard of yet.</returns>
    public PendingRequest[] Watch(bool answered)
    {
        lock (_lock)
        {
            _isWatched = answered;
            return [.. _pending.Values];
        }
    }

    /// <inheritdoc/>
    public bool TryTake(RequestId id, ReadOnlyMemory<byte> payload, Epoch epoch) =>
        TryGet(id, out var request) && request.WasWrittenTo(epoch) && TryAnswer(request, payload);

    /// <summary>An answer to this id may come that nobody waits for.</summary>
    public void AwaitLate(RequestId id, Epoch epoch)
    {
        lock (_lock)
            _late.Add(id, epoch, Now);
    }

    /// <summary>
    /// Whether such an answer may still come, when it is not waited for longer than so; a request that was written and ended without its response is waited
    /// for like this.
    /// </summary>
    public bool IsLate(RequestId id, Epoch epoch, TimeSpan longest)
    {
        lock (_lock)
            return _late.Find(id, epoch) is { } since && Now - since <= longest;
    }

    /// <summary>It has come.</summary>
    public void CameLate(RequestId id, Epoch epoch)
    {
        lock (_lock)
            _late.Remove(id, epoch);
    }

    /// <summary>Ends a request with its response, or with the error that the response is; false if it has ended before.</summary>
    public bool TryAnswer(PendingRequest request, ReadOnlyMemory<byte> payload)
    {
        ResponseVerdict verdict = default;
        WebSocketClientException? error = null;
        try
        {
            verdict = handler.ReadResponse(payload);
            if (verdict.IsError)
                error = ErrorOf(request, verdict);
        }
        catch (Exception e)
        {
            error = new ResponseFormatException(connection, request.Id, "a response", e, Redactor.Excerpt(payload.Span, handler.Hides(payload.Span)));
        }

        if (!request.TryEnd(answered: true))
            return false;
        if (error is null)
            request.Succeed(new Response(request.Id, verdict.Result) { Handler = handler, Message = payload });
        else
            request.Fail(error);
        return true;
    }

    // Never told as a success, whatever the handler makes of it.
    private WebSocketClientException ErrorOf(PendingRequest request, ResponseVerdict verdict)
    {
        var (code, words) = (verdict.ErrorCode ?? "", verdict.ErrorMessage ?? "");
        return verdict.IsOutcomeUnknown
            ? new SentOutcomeUnknownException(connection, request.Id, request.Write.PostedAt, code, words) { ClientOrderId = ClientOrderIdOf(request), ErrorData = verdict.ErrorData }
            : handler.CreateError(connection, request.Id, verdict) ?? new ServerErrorException(connection, request.Id, code, words);
    }

    private string? ClientOrderIdOf(PendingRequest request)
    {
        try
        {
            return handler.ClientOrderIdOf(request.Command.Payload);
        }
        catch (Exception)
        {
            // Costs the id only: the outcome stays unknown.
            return null;
        }
    }

    /// <summary>Takes an actor that has nothing to do; null: there is none.</summary>
    public RequestSeat? TryTakeIdle()
    {
        lock (_lock)
        {
            var seat = PopIdle();
            _spare = Math.Min(_spare, _idleCount);
            return seat;
        }
    }

    /// <summary>Takes the actors out that were not needed since the last call.</summary>
    public IReadOnlyList<RequestSeat> TakeSpare()
    {
        lock (_lock)
        {
            var spare = TakeIdle(_spare);
            _spare = _idleCount;
            return spare;
        }
    }

    /// <summary>Takes out all actors that have nothing to do.</summary>
    public IReadOnlyList<RequestSeat> TakeAllIdle()
    {
        lock (_lock)
            return TakeIdle(int.MaxValue);
    }

    /// <summary>A request has ended: its place and its actor are free.</summary>
    public void Remove(PendingRequest request, bool answered)
    {
        bool isTold;
        lock (_lock)
        {
            _pending.Remove(request.Id);
            if (!answered && request.Write.HasBegun)
                _late.Add(request.Id, request.WrittenTo, Now);
            isTold = !answered || _isWatched;
            var seat = request.Seat;
            seat.Current = null;
            if (!seat.IsGone)
            {
                (seat.Next, _idle) = (_idle, seat);
                _idleCount++;
            }
        }

        if (isTold)
            Owner.Tell(new RequestEnded(request), ActorRefs.NoSender);
    }

    private List<RequestSeat> TakeIdle(int atMost)
    {
        List<RequestSeat> taken = [];
        while (taken.Count < atMost && PopIdle() is { } seat)
            taken.Add(seat);
        return taken;
    }

    // One whose actor stopped meanwhile is passed over.
    private RequestSeat? PopIdle()
    {
        while (_idle is { } seat)
        {
            (_idle, seat.Next) = (seat.Next, null);
            _idleCount--;
            if (!seat.IsGone)
                return seat;
        }

        return null;
    }
}

/// <summary>The place of a request actor, from its start to its end.</summary>
internal sealed class RequestSeat
{
    private volatile PendingRequest? _current;
    private volatile bool _isGone;

    public IActorRef Actor { get; set; } = ActorRefs.Nobody;

    /// <summary>The request that it answers for.</summary>
    public PendingRequest? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Set when its actor has stopped: it takes no request.</summary>
    public bool IsGone
    {
        get => _isGone;
        set => _isGone = value;
    }

    internal RequestSeat? Next { get; set; }
}
