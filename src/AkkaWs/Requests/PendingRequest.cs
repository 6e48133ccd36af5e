using System.Diagnostics;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Requests;

/// <summary>
/// One request from acceptance to its one outcome, which is told by whoever ends it first: the read loop that has its response, or its actor, which
/// answers for every other end. What is not read-only belongs to the connection's actor.
/// </summary>
internal sealed class PendingRequest
{
    private readonly RequestTable _table;
    private readonly IRequester _requester;
    private long _writtenTo = Epoch.None.Value;
    private int _isEnded;

    public PendingRequest(RequestTable table, RequestId id, Request command, IRequester requester, RequestSeat seat)
    {
        (_table, Id, Command, _requester, Seat) = (table, id, command, requester, seat);
    }

    public RequestId Id { get; }

    /// <summary>In ticks of <see cref="Stopwatch"/>.</summary>
    public long AcceptedAt { get; } = Stopwatch.GetTimestamp();

    public Request Command { get; }

    /// <summary>The actor that answers for it.</summary>
    public RequestSeat Seat { get; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>When it times out, by the connection's clock.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>The first write.</summary>
    public RequestWrite Write { get; private set; } = null!;

    /// <summary>The write that is due: the first, or the one that repeats it.</summary>
    public RequestWrite NextWrite { get; private set; } = null!;

    /// <summary>How the connection was lost to which it was written for the first time; null: it was not lost.</summary>
    public CloseReason? Lost { get; private set; }

    public bool IsEnded => Volatile.Read(ref _isEnded) != 0;

    /// <summary>The physical connection that it was last handed to.</summary>
    public Epoch WrittenTo => new(Volatile.Read(ref _writtenTo));

    public bool MayBeRepeated => Command.RetryAfterReconnect && !IsEnded && Lost is null;

    public PendingRequest WithWrite(OutboundMessage message, WireLane lane, Expiry expiry)
    {
        Write = NextWrite = new RequestWrite(this, message, lane) { Expiry = expiry };
        return this;
    }

    /// <summary>Lets it be written once more; false if it was not written, or has ended.</summary>
    public bool TryRepeat(CloseReason lost, Expiry expiry)
    {
        if (Write.TryRepeat(expiry) is not { } again)
            return false;
        (NextWrite, Lost) = (again, lost);
        return true;
    }

    /// <summary>Has the write that is due wait in the lane of what came out of the queue.</summary>
    public void GoBehind()
    {
        var behind = NextWrite.InLaneOfQueue();
        if (Write == NextWrite)
            Write = behind;
        NextWrite = behind;
    }

    /// <summary>It is about to be handed to this physical connection: once it is written its response may come.</summary>
    public void GoTo(Epoch epoch, DateTimeOffset now)
    {
        NextWrite.PostedAt = now;
        Volatile.Write(ref _writtenTo, epoch.Value);
    }

    /// <summary>Whether bytes of it have left to this physical connection: what comes from there before, or from another, is no answer to it.</summary>
    public bool WasWrittenTo(Epoch epoch) => WrittenTo == epoch && Write.IsOut;

    /// <summary>True for one caller only, who then tells the outcome: its place and its actor are free already.</summary>
    public bool TryEnd(bool answered = false)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
            return false;
        Write.End();
        _table.Remove(this, answered);
        return true;
    }

    // Whatever becomes of who observes.
    public void Succeed(Response response)
    {
        try
        {
            Observe(null);
        }
        finally
        {
            _requester.Succeed(response);
        }
    }

    public void Fail(WebSocketClientException error)
    {
        error.Concern(Command);
        try
        {
            Observe(error);
        }
        finally
        {
            _requester.Fail(error);
        }
    }

    private void Observe(Exception? error) => _table.Observer?.Invoke(Id, Stopwatch.GetElapsedTime(AcceptedAt), OutcomeName.Of(error));
}
