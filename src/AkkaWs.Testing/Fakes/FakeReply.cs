using System.Text;
using System.Text.Json;
using AkkaWs.Errors;

namespace AkkaWs.Testing;

/// <summary>What a <see cref="FakeWebSocketClient"/> answers a request with: a result, or one of the ways to fail.</summary>
public sealed class FakeReply
{
    internal static readonly CloseReason Lost = new(ErrorClass.AbnormalClosure, "the connection was lost without a close frame", 1006);

    private readonly Func<FakeWebSocketClient, FakeRequest, Exception>? _error;

    private FakeReply(ReadOnlyMemory<byte> result = default, Func<FakeWebSocketClient, FakeRequest, Exception>? error = null) => (Result, _error) = (result, error);

    /// <summary>No answer for now: the request waits for <see cref="FakeRequest.Reply"/>, its timeout or a loss.</summary>
    public static FakeReply None { get; } = new();

    internal ReadOnlyMemory<byte> Result { get; }

    /// <summary>A result: what the protocol handler would have cut out of the response.</summary>
    /// <param name="result">Text, such as JSON.</param>
    public static FakeReply Success(string result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Success(Encoding.UTF8.GetBytes(result));
    }

    /// <summary>A result: what the protocol handler would have cut out of the response.</summary>
    /// <param name="result">Its bytes.</param>
    public static FakeReply Success(ReadOnlyMemory<byte> result = default) => new(result);

    /// <summary>A result as JSON, with the serialiser's defaults for the web.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    public static FakeReply Json<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    /// <summary>The server answers with an error: <see cref="ServerErrorException"/>.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="description">Its words.</param>
    public static FakeReply ServerError(string code, string description = "refused")
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(description);
        return new(error: (client, request) => new ServerErrorException(client.Name, request.Id, code, description) { Command = request.Command });
    }

    /// <summary>The request times out, at once and not only after its time: <see cref="RequestTimeoutException"/>.</summary>
    /// <param name="written">Whether it had been written, so that the venue may have seen it.</param>
    public static FakeReply Timeout(bool written = true) => new(error: (_, request) => request.TimeoutError(written));

    /// <summary>The request was not sent, for certain: <see cref="NotSentException"/>.</summary>
    /// <param name="why">Why not.</param>
    public static FakeReply NotSent(string why = "the connection was lost before the write")
    {
        ArgumentNullException.ThrowIfNull(why);
        return new(error: (client, request) => new NotSentException(client.Name, why) { Command = request.Command });
    }

    /// <summary>The connection broke after the write: <see cref="SentOutcomeUnknownException"/>. The fake itself stays as it is; <see cref="FakeWebSocketClient.Drop"/> drops it.</summary>
    /// <param name="reason">How it was lost; null: without a close frame.</param>
    public static FakeReply SentOutcomeUnknown(CloseReason? reason = null) => new(error: (_, request) => request.UnknownError(reason ?? Lost));

    /// <summary>Any other error, such as a venue's own type.</summary>
    /// <param name="error">Makes it.</param>
    public static FakeReply Error(Func<FakeRequest, Exception> error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(error: (_, request) => error(request));
    }

    internal Exception? ErrorOf(FakeWebSocketClient client, FakeRequest request) => _error?.Invoke(client, request);
}
