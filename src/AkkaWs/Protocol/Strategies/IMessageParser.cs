using System.Diagnostics.CodeAnalysis;
using System.Text;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.Strategies;

/// <summary>
/// How a venue's messages are told apart and read. Each member is called as the member of <see cref="ProtocolHandler"/> of its name, on the same thread.
/// </summary>
/// <example><code>
/// public sealed class MyParser : IMessageParser
/// {
///     public Classification Classify(ReadOnlySpan&lt;byte&gt; message)
///     {
///         var fields = new JsonFieldReader(message);
///         while (fields.Next())
///         {
///             if (fields.NameIs("ch"u8) &amp;&amp; fields.Value.Kind == JsonValueKind.String)
///                 return Classification.Update(fields.Value.TextStart, fields.Value.TextLength);
///         }
///
///         return Classification.Unknown;
///     }
/// }
/// </code></example>
public interface IMessageParser
{
    /// <inheritdoc cref="IConnectionStrategy.Venue"/>
    string? Venue => null;

    /// <inheritdoc cref="ProtocolHandler.Classify"/>
    Classification Classify(ReadOnlySpan<byte> message);

    /// <inheritdoc cref="ProtocolHandler.DecodeBinary"/>
    ReadOnlyMemory<byte> DecodeBinary(ReadOnlyMemory<byte> payload, int maxSize) => payload;

    /// <inheritdoc cref="ProtocolHandler.ComposeKey"/>
    int ComposeKey(ReadOnlySpan<byte> message, Span<byte> destination) => 0;

    /// <inheritdoc cref="ProtocolHandler.TryReadPart"/>
    bool TryReadPart(ReadOnlySpan<byte> batch, int from, out int start, out int length)
    {
        (start, length) = (0, 0);
        return false;
    }

    /// <inheritdoc cref="ProtocolHandler.TryLearn"/>
    bool TryLearn(ReadOnlySpan<byte> message, [NotNullWhen(true)] out LearnedTopic? learned)
    {
        learned = null;
        return false;
    }

    /// <inheritdoc cref="ProtocolHandler.TopicOf"/>
    Topic TopicOf(ReadOnlySpan<byte> key) => new(Encoding.UTF8.GetString(key));

    /// <inheritdoc cref="ProtocolHandler.RequestIdOf"/>
    RequestId RequestIdOf(ReadOnlySpan<byte> key) => new(Encoding.UTF8.GetString(key));

    /// <inheritdoc cref="ProtocolHandler.SequenceOf"/>
    long? SequenceOf(ReadOnlySpan<byte> update) => null;

    /// <inheritdoc cref="ProtocolHandler.Sequencing"/>
    SequenceRule Sequencing => SequenceRule.Contiguous;

    /// <inheritdoc cref="ProtocolHandler.PreviousSequenceOf"/>
    long? PreviousSequenceOf(ReadOnlySpan<byte> update) => null;

    /// <inheritdoc cref="ProtocolHandler.KindOf"/>
    UpdateKind KindOf(ReadOnlySpan<byte> update) => UpdateKind.Unknown;

    /// <inheritdoc cref="ProtocolHandler.ConflationKeyOf"/>
    ReadOnlySpan<byte> ConflationKeyOf(ReadOnlySpan<byte> update) => default;

    /// <inheritdoc cref="ProtocolHandler.NextRequestId"/>
    RequestId NextRequestId() => RequestId.New();

    /// <inheritdoc cref="ProtocolHandler.EncodeRequest"/>
    OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) => new(payload);

    /// <inheritdoc cref="ProtocolHandler.AddTraceContext"/>
    OutboundMessage AddTraceContext(OutboundMessage request, string traceParent, string? traceState) => request;

    /// <inheritdoc cref="ProtocolHandler.ClientOrderIdOf"/>
    string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) => null;

    /// <inheritdoc cref="ProtocolHandler.IsOrder"/>
    bool IsOrder(ReadOnlyMemory<byte> payload) => false;

    /// <inheritdoc cref="ProtocolHandler.ReadResponse"/>
    ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message) => ResponseVerdict.Ok(message);

    /// <inheritdoc cref="ProtocolHandler.CreateError"/>
    ServerErrorException CreateError(string connection, RequestId id, ResponseVerdict verdict) =>
        new(connection, id, verdict.ErrorCode ?? "", verdict.ErrorMessage ?? "");

    /// <inheritdoc cref="ProtocolHandler.ObservesUnknown"/>
    bool ObservesUnknown => false;

    /// <inheritdoc cref="ProtocolHandler.ObserveUnknown"/>
    void ObserveUnknown(MessageKind kind, ReadOnlyMemory<byte> message)
    {
    }
}
