using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace AkkaWs.Errors;

/// <summary>What one of several requests came to: a value, or the typed error that <c>RequestAsync</c> would have thrown.</summary>
/// <typeparam name="T">What the response's result was read as.</typeparam>
/// <example><code>
/// foreach (var outcome in await client.RequestManyAsync&lt;PlaceOrder, OrderAck&gt;(orders))
/// {
///     if (outcome.Error is SentOutcomeUnknownException unknown)
///         Reconcile(unknown.ClientOrderId);
///     else
///         Acknowledge(outcome.ThrowIfFailed());
/// }
/// </code></example>
public sealed record RequestOutcome<T>
{
    /// <summary>A request that succeeded.</summary>
    /// <param name="value">What its response's result was read as.</param>
    public RequestOutcome(T value) => Value = value;

    /// <summary>A request that failed.</summary>
    /// <param name="error">Why.</param>
    public RequestOutcome(WebSocketClientException error) => Error = error;

    /// <summary>The value; the type's default if the request failed.</summary>
    public T? Value { get; }

    /// <summary>Why the request failed; null if it did not. One that its caller cancelled has a <see cref="RequestCancelledException"/>.</summary>
    public WebSocketClientException? Error { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <summary>The value, or the error thrown.</summary>
    /// <exception cref="WebSocketClientException">The request failed.</exception>
    public T ThrowIfFailed()
    {
        if (!IsSuccess)
            ExceptionDispatchInfo.Throw(Error);
        return Value!;
    }

    /// <summary>Success, or the error's words; never the value.</summary>
    public override string ToString() => IsSuccess ? "RequestOutcome { success }" : $"RequestOutcome {{ {Error.Message} }}";
}
