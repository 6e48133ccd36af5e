using System.Text.Json.Serialization.Metadata;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;

namespace AkkaWs.Testing;

// What the code under test sends, and what becomes of it.
public sealed partial class FakeWebSocketClient
{
    private static readonly RequestOptions RequestDefaults = new();
    private static readonly QueueOptions QueueDefaults = new();

    private readonly Queue<FakeRequest> _requests = new();
    private readonly List<FakeRequest> _pending = [];
    private readonly Queue<Send> _sent = new();
    private readonly List<WaitingSend> _waitingSends = [];
    private readonly Queue<FakeReply> _replies = new();

    /// <summary>
    /// Answers each request at once, when it is written; null, or <see cref="FakeReply.None"/>: it waits for <see cref="FakeRequest.Reply"/>, its timeout or a loss. Runs on the
    /// thread of the code under test; what it throws is what the request fails with. Default: null.
    /// </summary>
    public Func<FakeRequest, FakeReply>? OnRequest { get; set; }

    /// <summary>Fails sends while Ready: what it returns is thrown to the caller, and the message is not recorded; null: it is sent. Default: null, all are.</summary>
    public Func<Send, WebSocketClientException?>? OnSend { get; set; }

    /// <summary>
    /// Finds a caller's own order id in a request's payload, for outcomes that are not known; in production the protocol handler's. Asked when the request is made, on the thread of the
    /// code under test; where it throws, the request has none. Default: null, none.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, string?>? ClientOrderIdOf { get; set; }

    /// <summary>The requests that were accepted, in order: written, or waiting for Ready.</summary>
    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>The messages that were sent as they are, in order.</summary>
    public IReadOnlyList<Send> Sent
    {
        get
        {
            lock (_lock)
                return [.. _sent];
        }
    }

    internal TimeProvider Clock => _clock;

    private bool IsQueueFull => _waitingSends.Count + _pending.Count(request => request.Waits) >= QueueDefaults.Capacity;

    /// <summary>Answers the next requests, one each, in this order and ahead of <see cref="OnRequest"/>.</summary>
    public void ReplyNext(params IEnumerable<FakeReply> replies)
    {
        ArgumentNullException.ThrowIfNull(replies);
        lock (_lock)
        {
            foreach (var reply in replies)
                _replies.Enqueue(reply);
        }
    }

    /// <inheritdoc/>
    public Task<Response> RequestRawAsync(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<Response>(cancellationToken);
        var accepted = new FakeRequest(this, request, TimeoutOf(request), FindClientOrderId(request));
        FakeReply? scripted = null;
        bool isWritten;
        lock (_lock)
        {
            if (Refusal(request) is { } refusal)
                return Task.FromException<Response>(refusal);
            Record(_requests, accepted);
            _pending.Add(accepted);
            isWritten = _state == ConnectionState.Ready;
            if (isWritten)
                scripted = Write(accepted);
            else
                accepted.Wait(Shorter(TtlOf(request.WhenNotReady), accepted.Timeout));
            _changed.Pulse();
        }

        if (isWritten)
            Ask(accepted, scripted);
        return cancellationToken.CanBeCanceled ? WithdrawableAsync(accepted, cancellationToken) : accepted.Outcome;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RequestOutcome<TResponse>>> RequestManyAsync<TRequest, TResponse>(
        IReadOnlyList<TRequest> requests,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        RequestSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        var commands = JsonRequests.Commands(requests, requestType, settings);
        return await JsonRequests.InTurnsAsync(this, commands, RequestDefaults.MaxPending, responseType, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task SendAsync(Send message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (IsConnected && OnSend?.Invoke(message) is { } failure)
            throw failure;
        WaitingSend waiting;
        lock (_lock)
        {
            ThrowIfOver(message);
            if (_state == ConnectionState.Ready)
            {
                Record(_sent, message);
                _changed.Pulse();
                return;
            }

            if (TtlOf(message.WhenNotReady) <= TimeSpan.Zero)
                throw NotReady(message);
            if (IsQueueFull)
                throw QueueFull(message);
            _waitingSends.Add(waiting = new WaitingSend(message));
        }

        await UntilSentAsync(waiting, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a request out; true for one caller only, who then tells its outcome.</summary>
    /// <returns>Null where it was to be written and waits for Ready: it stays.</returns>
    internal bool? TryEnd(FakeRequest request, bool onlyIfWritten = false)
    {
        lock (_lock)
        {
            if (!_pending.Contains(request))
                return false;
            if (onlyIfWritten && request.Waits)
                return null;
            _pending.Remove(request);
            request.StopTimer();
            _changed.Pulse();
            return true;
        }
    }

    /// <summary>A request was not answered in time.</summary>
    internal void OnDue(FakeRequest request, int armed)
    {
        lock (_lock)
            request.Expire(armed);
    }

    // Outside of the lock and before there is a timer: it is the test's code.
    private string? FindClientOrderId(Request request)
    {
        try
        {
            return ClientOrderIdOf?.Invoke(request.Payload);
        }
        catch (Exception)
        {
            return null; // as in production, where that is logged: the outcome is what counts
        }
    }

    private async Task UntilSentAsync(WaitingSend waiting, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(TtlOf(waiting.Command.WhenNotReady), _clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            await waiting.Done.Task.WaitAsync(ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            bool isOver;
            lock (_lock)
                isOver = !_waitingSends.Remove(waiting);
            if (isOver)
            {
                await waiting.Done.Task.ConfigureAwait(false); // it was sent or refused at the same moment
                return;
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw new NotSentException(Name, "its time in the queue was over before the connection was Ready") { Command = waiting.Command };
        }
    }

    private WebSocketClientException? Refusal(Request request)
    {
        if (IsOver)
            return ClosedError(request);
        if (!HasPlaceFor(request))
            return new CapacityExceededException(Name, "pending requests", RequestDefaults.MaxPending) { Command = request };
        if (request.Id is { } id && _pending.Any(pending => pending.Id == id))
            return new NotSentException(Name, $"a request with id {id} is in flight already") { Command = request };
        if (TimeoutOf(request) <= TimeSpan.Zero)
            return new NotSentException(Name, $"its timeout of {TimeoutOf(request)} leaves it no time") { Command = request };
        return _state == ConnectionState.Ready ? null
            : TtlOf(request.WhenNotReady) <= TimeSpan.Zero ? NotReady(request)
            : IsQueueFull ? QueueFull(request)
            : null;
    }

    // Cancels have as many places of their own, as with the real client.
    private bool HasPlaceFor(Request request) => _pending.Count < RequestDefaults.MaxPending
        || (request.Priority == MessagePriority.Cancel && _pending.Count(pending => pending.Command.Priority == MessagePriority.Cancel) < RequestDefaults.MaxPending);

    // Within the lock: the next reply is that of the next request that is written, whoever is quicker afterwards.
    private FakeReply? Write(FakeRequest request)
    {
        request.Write();
        return _replies.TryDequeue(out var reply) ? reply : null;
    }

    // When nobody has scripted an answer, the request waits. Where the script has dropped the connection, it is asked again.
    private void Ask(FakeRequest request, FakeReply? scripted)
    {
        try
        {
            request.TryReply(scripted ?? OnRequest?.Invoke(request) ?? FakeReply.None, onlyIfWritten: true);
        }
        catch (Exception e)
        {
            request.Fail(e);
        }
    }

    // What waited for Ready is written now; who answers is asked outside of the lock.
    private (FakeRequest Request, FakeReply? Scripted)[] WriteWaiting()
    {
        (FakeRequest, FakeReply?)[] waiting = [.. _pending.Where(request => request.Waits).ToArray().Select(request => (request, Write(request)))];
        foreach (var send in _waitingSends)
        {
            Record(_sent, send.Command);
            send.Done.TrySetResult();
        }

        _waitingSends.Clear();
        return waiting;
    }

    private static async Task<Response> WithdrawableAsync(FakeRequest request, CancellationToken cancellationToken)
    {
        await using var withdrawal = cancellationToken.UnsafeRegister(static state => ((FakeRequest)state!).Cancel(), request).ConfigureAwait(false);
        try
        {
            return await request.Outcome.ConfigureAwait(false);
        }
        catch (RequestCancelledException e)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    private NotSentException NotReady(object command) =>
        new(Name, $"the connection is {_state}{(ReasonNow is { } reason ? $" ({reason.Description})" : "")}") { Command = command };

    private CapacityExceededException QueueFull(object command) => new(Name, "the command queue", QueueDefaults.Capacity) { Command = command };

    private static TimeSpan TimeoutOf(Request request) => request.Timeout is { } wanted ? Shorter(wanted, TimeSpan.FromDays(1)) : RequestDefaults.Timeout;

    private static TimeSpan TtlOf(WhenNotReady wish) =>
        wish.QueueFor == Timeout.InfiniteTimeSpan ? QueueDefaults.DefaultTtl : Shorter(wish.QueueFor, TimeSpan.FromDays(1));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed class WaitingSend(Send command)
    {
        public Send Command { get; } = command;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
