using System.Diagnostics.CodeAnalysis;
using AkkaWs.Errors;
using AkkaWs.Messages;

namespace AkkaWs.Client;

/// <summary>One message of a typed subscription: an update and what it was read as, an update that could not be read, or a marker.</summary>
/// <typeparam name="T">What updates are read as.</typeparam>
public readonly record struct TypedMessage<T>
{
    internal TypedMessage(TopicMessage message, T? value, bool hasValue, UpdateFormatException? error) =>
        (Message, Value, HasValue, Error) = (message, value, hasValue, error);

    /// <summary>What came: a <see cref="TopicUpdate"/>, or a marker.</summary>
    public TopicMessage Message { get; }

    /// <summary>The update's value; default where there is none.</summary>
    public T? Value { get; }

    /// <summary>Whether this is an update that could be read.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool HasValue { get; }

    /// <summary>Why the update could not be read; null if it could, and for markers.</summary>
    public UpdateFormatException? Error { get; }

    /// <summary>The message, or the error.</summary>
    public override string ToString() => Error?.Message ?? Message.ToString();
}
