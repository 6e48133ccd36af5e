using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Client;

public sealed partial class WebSocketClient
{
    /// <summary>
    /// Sends requests as JSON back to back and awaits all their outcomes. They leave in their order, in as few writes as the socket takes; at most
    /// <see cref="RequestOptions.MaxPending"/> of them are in flight, the others follow as places get free. Places that other callers hold are missing:
    /// what finds none fails with <see cref="CapacityExceededException"/>, unsent.
    /// </summary>
    /// <typeparam name="TRequest">What is serialised; the protocol handler adds the ids.</typeparam>
    /// <typeparam name="TResponse">What each response's result is read as.</typeparam>
    /// <param name="requests">The requests.</param>
    /// <param name="settings">How each is sent, its time running from when it is; null: the defaults. An id cannot be given.</param>
    /// <param name="cancellationToken">Withdraws what has no outcome yet; what was not written never will be.</param>
    /// <returns>One outcome a request, in the order of <paramref name="requests"/>. Failures are outcomes too: nothing is thrown for them.</returns>
    /// <exception cref="ArgumentException"><paramref name="settings"/> has an id.</exception>
    /// <exception cref="JsonException">A request cannot be serialised; nothing was sent.</exception>
    /// <example><code>
    /// var cancels = await client.RequestManyAsync&lt;CancelOrder, CancelAck&gt;(orders, new RequestSettings { Priority = MessagePriority.Cancel });
    /// var open = cancels.Count(outcome => !outcome.IsSuccess);
    /// </code></example>
    public Task<IReadOnlyList<RequestOutcome<TResponse>>> RequestManyAsync<TRequest, TResponse>(
        IReadOnlyList<TRequest> requests, RequestSettings? settings = null, CancellationToken cancellationToken = default) =>
        RequestManyAsync(
            requests,
            (JsonTypeInfo<TRequest>)JsonSerializerOptions.Web.GetTypeInfo(typeof(TRequest)),
            (JsonTypeInfo<TResponse>)JsonSerializerOptions.Web.GetTypeInfo(typeof(TResponse)),
            settings,
            cancellationToken);

    /// <summary>As <see cref="RequestManyAsync{TRequest, TResponse}(IReadOnlyList{TRequest}, RequestSettings?, CancellationToken)"/>, with source-generated serialisers.</summary>
    /// <inheritdoc cref="RequestManyAsync{TRequest, TResponse}(IReadOnlyList{TRequest}, RequestSettings?, CancellationToken)"/>
    /// <param name="requests">The requests.</param>
    /// <param name="requestType">How each is written.</param>
    /// <param name="responseType">How each response is read.</param>
    /// <param name="settings">How each is sent, its time running from when it is; null: the defaults. An id cannot be given.</param>
    /// <param name="cancellationToken">Withdraws what has no outcome yet; what was not written never will be.</param>
    public async Task<IReadOnlyList<RequestOutcome<TResponse>>> RequestManyAsync<TRequest, TResponse>(
        IReadOnlyList<TRequest> requests,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        RequestSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        var commands = JsonRequests.Commands(requests, requestType, settings);
        var life = Handle;
        await OpenedAsync(life, cancellationToken).ConfigureAwait(false);
        return await JsonRequests.InTurnsAsync(this, commands, life.Options!.Requests.MaxPending, responseType, cancellationToken).ConfigureAwait(false);
    }
}
