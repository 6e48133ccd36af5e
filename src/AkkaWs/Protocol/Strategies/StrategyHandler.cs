using System.Diagnostics.CodeAnalysis;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.Strategies;

/// <summary>One handler of three parts.</summary>
internal sealed class StrategyHandler(IConnectionStrategy connection, ISubscriptionStrategy subscriptions, IMessageParser parser) : ProtocolHandler
{
    public override int MaxTopicsPerMessage => subscriptions.MaxTopicsPerMessage;

    public override int? MaxSubscribeBytes => subscriptions.MaxSubscribeBytes;

    public override bool ConfirmsSubscriptions => subscriptions.ConfirmsSubscriptions;

    public override bool RequiresAuthentication => connection.RequiresAuthentication;

    public override TimeSpan? AuthenticationLifetime => connection.AuthenticationLifetime;

    public override bool AllowsConcurrentSessions => connection.AllowsConcurrentSessions;

    public override bool ObservesUnknown => parser.ObservesUnknown;

    public override SequenceRule Sequencing => parser.Sequencing;

    public override Classification Classify(ReadOnlySpan<byte> message) => parser.Classify(message);

    public override ReadOnlyMemory<byte> DecodeBinary(ReadOnlyMemory<byte> payload, int maxSize) => parser.DecodeBinary(payload, maxSize);

    public override int ComposeKey(ReadOnlySpan<byte> message, Span<byte> destination) => parser.ComposeKey(message, destination);

    public override bool TryReadPart(ReadOnlySpan<byte> batch, int from, out int start, out int length) => parser.TryReadPart(batch, from, out start, out length);

    public override bool TryLearn(ReadOnlySpan<byte> message, [NotNullWhen(true)] out LearnedTopic? learned) => parser.TryLearn(message, out learned);

    public override Topic TopicOf(ReadOnlySpan<byte> key) => parser.TopicOf(key);

    public override RequestId RequestIdOf(ReadOnlySpan<byte> key) => parser.RequestIdOf(key);

    public override long? SequenceOf(ReadOnlySpan<byte> update) => parser.SequenceOf(update);

    public override long? PreviousSequenceOf(ReadOnlySpan<byte> update) => parser.PreviousSequenceOf(update);

    public override UpdateKind KindOf(ReadOnlySpan<byte> update) => parser.KindOf(update);

    public override ReadOnlySpan<byte> ConflationKeyOf(ReadOnlySpan<byte> update) => parser.ConflationKeyOf(update);

    public override RequestId NextRequestId() => parser.NextRequestId();

    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) => parser.EncodeRequest(id, payload);

    public override OutboundMessage AddTraceContext(OutboundMessage request, string traceParent, string? traceState) => parser.AddTraceContext(request, traceParent, traceState);

    public override string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) => parser.ClientOrderIdOf(payload);

    public override bool IsOrder(ReadOnlyMemory<byte> payload) => parser.IsOrder(payload);

    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message) => parser.ReadResponse(message);

    public override ServerErrorException CreateError(string connection, RequestId id, ResponseVerdict verdict) => parser.CreateError(connection, id, verdict);

    public override void ObserveUnknown(MessageKind kind, ReadOnlyMemory<byte> message) => parser.ObserveUnknown(kind, message);

    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => subscriptions.BuildSubscribe(topics, id);

    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => subscriptions.BuildUnsubscribe(topics, id);

    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message) => subscriptions.ReadAcknowledgement(message);

    public override OutboundMessage? BuildSnapshotRequest(Topic topic, RequestId id) => subscriptions.BuildSnapshotRequest(topic, id);

    public override string TopicKindOf(Topic topic) => subscriptions.TopicKindOf(topic);

    public override TimeSpan? DefaultMaxAgeOf(Topic topic) => subscriptions.DefaultMaxAgeOf(topic);

    public override bool IsPattern(Topic topic) => subscriptions.IsPattern(topic);

    public override bool Matches(Topic pattern, Topic topic) => subscriptions.Matches(pattern, topic);

    public override ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken) =>
        connection.GetEndpointAsync(configured, cancellationToken);

    public override IReadOnlyList<OutboundMessage> OnConnect() => connection.OnConnect();

    public override ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken) => connection.BuildAuthenticationAsync(cancellationToken);

    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message) => connection.ReadAuthentication(message);

    public override bool IsSensitive(ReadOnlySpan<byte> message) => connection.IsSensitive(message);

    public override OutboundMessage? BuildPing() => connection.BuildPing();

    public override bool IsOwnId(RequestId id) => connection.IsOwnId(id);

    public override bool IsPong(ReadOnlySpan<byte> message) => connection.IsPong(message);

    public override bool IsServerPing(ReadOnlySpan<byte> message) => connection.IsServerPing(message);

    public override OutboundMessage? BuildPong(ReadOnlySpan<byte> ping) => connection.BuildPong(ping);

    public override ValueTask<OutboundMessage?> AnswerAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => connection.AnswerAsync(message, cancellationToken);

    public override bool ShouldReconnect(ReadOnlySpan<byte> message) => connection.ShouldReconnect(message);

    public override ErrorClass? ClassifyClose(int closeCode, string reason) => connection.ClassifyClose(closeCode, reason);

    public override ErrorClass? ClassifyError(Exception error) => connection.ClassifyError(error);

    public override bool IsInterchangeableWith(ProtocolHandler other) =>
        (other is StrategyHandler strategies && strategies.IsMadeOf(connection, subscriptions, parser)) || connection.IsInterchangeableWith(other);

    private bool IsMadeOf(IConnectionStrategy theirConnection, ISubscriptionStrategy theirSubscriptions, IMessageParser theirParser) =>
        connection == theirConnection && subscriptions == theirSubscriptions && parser == theirParser;
}
