using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AkkaWs.Errors;
using AkkaWs.Messages;

namespace AkkaWs.Client;

/// <summary>Requests and their responses as JSON, for every kind of client.</summary>
internal static class JsonRequests
{
    /// <summary>A request with a value as its payload.</summary>
    public static Request Command<T>(T request, JsonTypeInfo<T> requestType, RequestSettings settings) => new(JsonSerializer.SerializeToUtf8Bytes(request, requestType))
    {
        Id = settings.Id,
        Timeout = settings.Timeout,
        WhenNotReady = settings.WhenNotReady,
        Priority = settings.Priority,
        RetryAfterReconnect = settings.RetryAfterReconnect,
    };

    /// <summary>Those of one call, none of which is sent where one cannot be serialised.</summary>
    /// <exception cref="ArgumentException">They have an id.</exception>
    public static IReadOnlyList<Request> Commands<T>(IReadOnlyList<T> requests, JsonTypeInfo<T> requestType, RequestSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (settings?.Id is not null)
            throw new ArgumentException("Requests that are sent together cannot share one id.", nameof(settings));
        return [.. requests.Select(request => Command(request, requestType, settings ?? new RequestSettings()))];
    }

    /// <summary>What a response says.</summary>
    /// <exception cref="ResponseFormatException">It cannot be read.</exception>
    public static T Read<T>(string connection, Response response, JsonTypeInfo<T> responseType)
    {
        try
        {
            return JsonSerializer.Deserialize(response.Result.Span, responseType)!;
        }
        catch (Exception e)
        {
            // Whatever a constructor or a converter throws: the request has been answered all the same.
            throw new ResponseFormatException(connection, response.Id, typeof(T).Name, e, response.Excerpt);
        }
    }

    /// <summary>Sends requests back to back, at most so many at a time, and awaits the outcome of each.</summary>
    public static async Task<IReadOnlyList<RequestOutcome<T>>> InTurnsAsync<T>(
        IWebSocketClient client, IReadOnlyList<Request> commands, int most, JsonTypeInfo<T> responseType, CancellationToken cancellationToken)
    {
        var outcomes = new Task<RequestOutcome<T>>[commands.Count];
        using var places = new SemaphoreSlim(most);
        for (var i = 0; i < outcomes.Length; i++)
        {
            // Without the token: what is cancelled leaves its place too, and each request behind it gets its own outcome.
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            outcomes[i] = OutcomeAsync(client, commands[i], responseType, places, cancellationToken);
        }

        return await Task.WhenAll(outcomes).ConfigureAwait(false);
    }

    private static async Task<RequestOutcome<T>> OutcomeAsync<T>(
        IWebSocketClient client, Request command, JsonTypeInfo<T> responseType, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            return new RequestOutcome<T>(Read(client.Name, await client.RequestRawAsync(command, cancellationToken).ConfigureAwait(false), responseType));
        }
        catch (WebSocketClientException e)
        {
            return new RequestOutcome<T>(e);
        }
        catch (OperationCanceledException e)
        {
            return new RequestOutcome<T>(e.InnerException as RequestCancelledException ?? new RequestCancelledException(client.Name, default, written: false) { Command = command });
        }
        finally
        {
            places.Release();
        }
    }
}
