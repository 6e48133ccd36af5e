using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Telemetry;

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
        ArgumentNullException.ThrowIfNull(requests);
        if (settings?.Id is not null)
            throw new ArgumentException("Requests that are sent together cannot share one id.", nameof(settings));
        var commands = requests.Select(request => Command(request, requestType, settings ?? new RequestSettings())).ToArray();
        var outcomes = new Task<RequestOutcome<TResponse>>[commands.Length];
        var life = Handle;
        await OpenedAsync(life, cancellationToken).ConfigureAwait(false);
        using var places = new SemaphoreSlim(life.Options!.Requests.MaxPending);
        for (var i = 0; i < commands.Length; i++)
        {
            // Without the token: what is cancelled leaves its place too, and each request behind it gets its own outcome.
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            outcomes[i] = OutcomeAsync(commands[i], responseType, places, cancellationToken);
        }

        return await Task.WhenAll(outcomes).ConfigureAwait(false);
    }

    private async Task<RequestOutcome<T>> OutcomeAsync<T>(Request command, JsonTypeInfo<T> responseType, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            return new RequestOutcome<T>(Read(Name, await RequestRawAsync(command, cancellationToken).ConfigureAwait(false), responseType));
        }
        catch (WebSocketClientException e)
        {
            return new RequestOutcome<T>(e);
        }
        catch (OperationCanceledException e)
        {
            return new RequestOutcome<T>(e.InnerException as RequestCancelledException ?? new RequestCancelledException(Name, default, written: false) { Command = command });
        }
        finally
        {
            places.Release();
        }
    }

    internal static Request Command<T>(T request, JsonTypeInfo<T> requestType, RequestSettings settings) => new(JsonSerializer.SerializeToUtf8Bytes(request, requestType))
    {
        Id = settings.Id,
        Timeout = settings.Timeout,
        WhenNotReady = settings.WhenNotReady,
        Priority = settings.Priority,
        RetryAfterReconnect = settings.RetryAfterReconnect,
    };

    internal static T Read<T>(string connection, Response response, JsonTypeInfo<T> responseType)
    {
        try
        {
            return JsonSerializer.Deserialize(response.Result.Span, responseType)!;
        }
        catch (Exception e)
        {
            // Whatever a constructor or a converter throws: the request has been answered all the same.
            throw new ResponseFormatException(connection, response.Id, typeof(T).Name, e, Redactor.Excerpt(response.Result.Span));
        }
    }
}
