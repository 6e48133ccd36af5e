using System.Text;
using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Testing;

/// <summary>A request that a <see cref="FakeWebSocketClient"/> was given: what it says, and whether it has its outcome.</summary>
public sealed class FakeRequest
{
    private readonly FakeWebSocketClient _client;
    private readonly TaskCompletionSource<Response> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DateTimeOffset _deadline;
    private readonly string? _clientOrderId;
    private ITimer? _timer;
    private int _armed;
    private DateTimeOffset _writtenAt;
    private CloseReason? _lost;
    private int _writes;

    internal FakeRequest(FakeWebSocketClient client, Request command, TimeSpan timeout, string? clientOrderId)
    {
        (_client, Command, Timeout, _clientOrderId) = (client, command, timeout, clientOrderId);
        Id = command.Id ?? RequestId.New();
        _deadline = client.Clock.GetUtcNow() + timeout;
    }

    /// <summary>The id: its caller's, or a fresh one.</summary>
    public RequestId Id { get; }

    /// <summary>What was asked for: payload, priority, timeout.</summary>
    public Request Command { get; }

    /// <summary>The payload as text.</summary>
    public string Text => Encoding.UTF8.GetString(Command.Payload.Span);

    /// <summary>How long it may take: its own timeout, or the default of 30 s.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>How often it was written: 0 while it waits for Ready or if it never was, 2 where it was written again after a loss (<see cref="Request.RetryAfterReconnect"/>).</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Whether it has no outcome yet.</summary>
    public bool IsPending => !_outcome.Task.IsCompleted;

    internal Task<Response> Outcome => _outcome.Task;

    /// <summary>Whether it is to be written when the connection is Ready.</summary>
    internal bool Waits { get; private set; } = true;

    /// <summary>The payload read as JSON, with the serialiser's defaults for the web.</summary>
    /// <typeparam name="T">What it is read as.</typeparam>
    /// <exception cref="JsonException">It cannot be read so.</exception>
    public T Read<T>() => JsonSerializer.Deserialize<T>(Command.Payload.Span, JsonSerializerOptions.Web)!;

    /// <summary>Gives it its outcome.</summary>
    /// <param name="reply">The outcome; <see cref="FakeReply.None"/> does nothing.</param>
    /// <returns>Whether it was waited for still: a late answer is dropped, as a venue's is.</returns>
    /// <exception cref="InvalidOperationException">A result, or an error of the server's, for a request that waits for Ready: only what was written is answered.</exception>
    public bool Reply(FakeReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return TryReply(reply, onlyIfWritten: false) ?? throw new InvalidOperationException($"Request {Id} waits for Ready: only what was written is answered.");
    }

    /// <summary>The id, the payload, and whether it waits still.</summary>
    public override string ToString() => $"FakeRequest {{ {Id}: {Text}{(IsPending ? ", pending" : "")} }}";

    /// <summary>Gives it its outcome, unless it waits for Ready: what the venue says comes to what was written.</summary>
    /// <param name="reply">The outcome.</param>
    /// <param name="onlyIfWritten">Whether that holds for any other outcome, too.</param>
    /// <returns>Whether it was waited for still; null: it waits for Ready.</returns>
    internal bool? TryReply(FakeReply reply, bool onlyIfWritten)
    {
        if (reply == FakeReply.None)
            return false;
        var error = reply.ErrorOf(_client, this);
        if (_client.TryEnd(this, onlyIfWritten || error is null or ServerErrorException) is not true and var refused)
            return refused;
        return error is null ? _outcome.TrySetResult(new Response(Id, reply.Result)) : EndWith(error);
    }

    internal bool Fail(Exception error) => _client.TryEnd(this) is true && EndWith(error);

    private bool EndWith(Exception error)
    {
        if (error is NotSentException or RequestTimeoutException { Written: false })
            Volatile.Write(ref _writes, 0);
        return _outcome.TrySetException(error);
    }

    internal RequestTimeoutException TimeoutError(bool written) => new(_client.Name, Id, Timeout, written)
    {
        Command = Command,
        ClientOrderId = written ? _clientOrderId : null,
    };

    internal SentOutcomeUnknownException UnknownError(CloseReason reason) => new(_client.Name, Id, _writtenAt == default ? _client.Clock.GetUtcNow() : _writtenAt, reason)
    {
        Command = Command,
        ClientOrderId = _clientOrderId,
    };

    /// <summary>It leaves now; what is left of its time runs on.</summary>
    internal void Write()
    {
        if (_writes++ == 0)
            _writtenAt = _client.Clock.GetUtcNow();
        Waits = false;
        Arm(_deadline - _client.Clock.GetUtcNow());
    }

    /// <summary>It waits for Ready, at most so long.</summary>
    internal void Wait(TimeSpan atMost) => Arm(atMost);

    /// <summary>The connection was lost: it is repeated once if it may be, and has its outcome otherwise.</summary>
    internal void Lose(CloseReason reason)
    {
        if (Waits)
            return;
        if (Command.RetryAfterReconnect && _lost is null)
            (_lost, Waits) = (reason, true);
        else
            Fail(UnknownError(_lost ?? reason));
    }

    /// <summary>The connection ends for good.</summary>
    internal void End(CloseReason reason) => Fail(_writes > 0 ? UnknownError(_lost ?? reason) : ConnectionClosedException.Of(_client.Name, reason, inner: null, Command));

    /// <summary>Its time is over, unless it was given another since the timer was set.</summary>
    internal void Expire(int armed)
    {
        if (armed != _armed)
            return;
        Fail(_writes > 0
            ? TimeoutError(written: true)
            : new NotSentException(_client.Name, "its time in the queue was over before the connection was Ready") { Command = Command });
    }

    internal void Cancel() => Fail(new RequestCancelledException(_client.Name, Id, Writes > 0) { Command = Command });

    internal void StopTimer() => _timer?.Dispose();

    // Within the client's lock. A timer that fires at the same moment waits for the lock, and must not take the time of the next for its own.
    private void Arm(TimeSpan due)
    {
        StopTimer();
        var armed = ++_armed;
        _timer = _client.Clock.CreateTimer(_ => _client.OnDue(this, armed), null, due > TimeSpan.Zero ? due : TimeSpan.Zero, System.Threading.Timeout.InfiniteTimeSpan);
    }
}
