using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Requests;

namespace AkkaWs.Client;

public sealed partial class WebSocketClient
{
    /// <summary>Sends a request as JSON and awaits its response.</summary>
    /// <typeparam name="TRequest">What is serialised; the protocol handler adds the id.</typeparam>
    /// <typeparam name="TResponse">What the response's result is read as.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="timeout">How long to wait; null: <c>RequestOptions.Timeout</c>.</param>
    /// <param name="cancellationToken">Withdraws the request; if it was not yet written it never will be.</param>
    /// <exception cref="ServerErrorException">The server answered with an error.</exception>
    /// <exception cref="NotSentException">It was not sent, for certain.</exception>
    /// <exception cref="SentOutcomeUnknownException">The connection broke after the write, or the server answered that it does not know the outcome.</exception>
    /// <exception cref="RequestTimeoutException">No answer in time.</exception>
    /// <exception cref="CapacityExceededException">Too many requests are in flight.</exception>
    /// <exception cref="ResponseFormatException">The response cannot be read as <typeparamref name="TResponse"/>.</exception>
    /// <exception cref="ConnectionClosedException">The connection is closed.</exception>
    public Task<TResponse> RequestAsync<TRequest, TResponse>(TRequest request, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RequestAsync(
            request,
            (JsonTypeInfo<TRequest>)JsonSerializerOptions.Web.GetTypeInfo(typeof(TRequest)),
            (JsonTypeInfo<TResponse>)JsonSerializerOptions.Web.GetTypeInfo(typeof(TResponse)),
            timeout,
            cancellationToken);

    /// <summary>Sends a request as JSON and awaits its response, with source-generated serialisers.</summary>
    /// <inheritdoc cref="RequestAsync{TRequest, TResponse}(TRequest, TimeSpan?, CancellationToken)"/>
    public Task<TResponse> RequestAsync<TRequest, TResponse>(
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        RequestAsync(request, requestType, responseType, new RequestSettings { Timeout = timeout }, cancellationToken);

    /// <summary>Sends a request as JSON and awaits its response, with more to say about how: priority, waiting while not Ready, retry.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">How it is sent.</param>
    /// <param name="cancellationToken">Withdraws the request; if it was not yet written it never will be.</param>
    /// <inheritdoc cref="RequestAsync{TRequest, TResponse}(TRequest, TimeSpan?, CancellationToken)"/>
    /// <example><code>
    /// var ack = await client.RequestAsync&lt;CancelOrder, CancelAck&gt;(cancel, new RequestSettings { Priority = MessagePriority.Cancel }, cancellationToken);
    /// </code></example>
    public Task<TResponse> RequestAsync<TRequest, TResponse>(TRequest request, RequestSettings settings, CancellationToken cancellationToken = default) =>
        RequestAsync(
            request,
            (JsonTypeInfo<TRequest>)JsonSerializerOptions.Web.GetTypeInfo(typeof(TRequest)),
            (JsonTypeInfo<TResponse>)JsonSerializerOptions.Web.GetTypeInfo(typeof(TResponse)),
            settings,
            cancellationToken);

    /// <summary>Sends a request as JSON and awaits its response, with source-generated serialisers and more to say about how.</summary>
    /// <param name="request">The request.</param>
    /// <param name="requestType">How it is written.</param>
    /// <param name="responseType">How its response is read.</param>
    /// <param name="settings">How it is sent.</param>
    /// <param name="cancellationToken">Withdraws the request; if it was not yet written it never will be.</param>
    /// <inheritdoc cref="RequestAsync{TRequest, TResponse}(TRequest, TimeSpan?, CancellationToken)"/>
    public async Task<TResponse> RequestAsync<TRequest, TResponse>(
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        RequestSettings settings,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var response = await RequestRawAsync(JsonRequests.Command(request, requestType, settings), cancellationToken).ConfigureAwait(false);
        return JsonRequests.Read(Name, response, responseType);
    }

    /// <summary>Sends a request whose bytes are at hand, and awaits the response's bytes.</summary>
    /// <inheritdoc cref="RequestAsync{TRequest, TResponse}(TRequest, TimeSpan?, CancellationToken)"/>
    public Task<Response> RequestRawAsync(Request request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<Response>(cancellationToken);
        var life = Handle;
        if (life.Opened is not { } opened)
            return WhenOpenAsync(life, request, cancellationToken);
        var command = opened.Traces && request.TraceParent is null && Activity.Current is { IdFormat: ActivityIdFormat.W3C } caller
            ? request with { TraceParent = caller.Id, TraceState = caller.TraceStateString }
            : request;
        var call = new RequestCall(command, life.Calls);
        if (life.Current.State == ConnectionState.Closed || !life.Calls.TryAdd(call))
            return Task.FromException<Response>(life.ClosedError(request));
        opened.Actor.Tell(call, ActorRefs.NoSender);
        return cancellationToken.CanBeCanceled ? WithdrawableAsync(opened.Actor, call, cancellationToken) : call.Task;
    }

    private async Task<Response> WhenOpenAsync(ConnectionHandle life, Request request, CancellationToken cancellationToken)
    {
        await OpenedAsync(life, cancellationToken).ConfigureAwait(false);
        return await RequestRawAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // The call is told before the token may withdraw it.
    private static async Task<Response> WithdrawableAsync(IActorRef connection, RequestCall call, CancellationToken cancellationToken)
    {
        await using var withdrawal = cancellationToken.UnsafeRegister(
            static state =>
            {
                var (actor, withdrawn) = ((IActorRef, RequestCall))state!;
                actor.Tell(new WithdrawRequest(withdrawn), ActorRefs.NoSender);
            },
            (connection, call)).ConfigureAwait(false);
        try
        {
            return await call.Task.ConfigureAwait(false);
        }
        catch (RequestCancelledException e)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    /// <summary>Sends a text message as it is; completes when it was handed to the transport.</summary>
    /// <exception cref="NotSentException">The connection is not Ready, or was lost.</exception>
    /// <exception cref="SentOutcomeUnknownException">The connection was lost during the write.</exception>
    public Task SendAsync(string text, CancellationToken cancellationToken = default) => SendAsync(Encoding.UTF8.GetBytes(text), false, cancellationToken);

    /// <summary>Sends a message as it is; completes when it was handed to the transport.</summary>
    /// <exception cref="NotSentException">The connection is not Ready, or was lost.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> payload, bool isBinary, CancellationToken cancellationToken = default) =>
        SendAsync(new Send(payload, isBinary), cancellationToken);

    /// <summary>
    /// Sends a message as it is, with its priority and what becomes of it while the connection is not Ready; completes when it was handed to the
    /// transport. Cancelled while it waits, it is never written.
    /// </summary>
    /// <exception cref="NotSentException">The connection is not Ready and it may not wait, its time was over, or the connection was lost.</exception>
    /// <exception cref="SentOutcomeUnknownException">The connection was lost during the write.</exception>
    /// <exception cref="CapacityExceededException">Too many messages wait.</exception>
    public Task SendAsync(Send message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return AskAsync<Sent>(cancellationToken.CanBeCanceled ? new TrackedSend(message, cancellationToken) : message, cancellationToken);
    }

    /// <summary>Sends a value as JSON text; completes when it was handed to the transport.</summary>
    /// <exception cref="NotSentException">The connection is not Ready, or was lost.</exception>
    public Task SendJsonAsync<T>(T value, CancellationToken cancellationToken = default) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web), false, cancellationToken);
}
