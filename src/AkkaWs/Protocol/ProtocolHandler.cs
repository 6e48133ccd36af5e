using System.Diagnostics.CodeAnalysis;
using System.Text;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol;

/// <summary>
/// What is particular to a venue: how its messages are told apart, and how ours are written. Three members are required; everything else
/// has a default. One instance serves one connection and all its reconnects.
/// </summary>
/// <remarks>
/// <para>Threads: <see cref="Classify"/>, <see cref="ComposeKey"/>, <see cref="TryReadPart"/>, <see cref="TryLearn"/>, <see cref="TopicOf"/>,
/// <see cref="RequestIdOf"/>, <see cref="SequenceOf"/>, <see cref="IsServerPing"/>, <see cref="BuildPong"/>, <see cref="IsPong"/> and
/// <see cref="DecodeBinary"/> run on the read loop and must be pure and quick: they hold up every subscriber. So must <see cref="ReadResponse"/>
/// and <see cref="CreateError"/>, which run there or on the connection's actor. <see cref="GetEndpointAsync"/> runs on the thread pool,
/// <see cref="IsInterchangeableWith"/> on another actor; <see cref="IsSensitive"/> on the read loop or the connection's actor, where messages are logged.
/// All others run on the connection's actor, one at a time.</para>
/// <para>An exception in a member that reads a message costs that message only (counted, logged). An exception in
/// <see cref="EncodeRequest"/>, <see cref="BuildSubscribe"/>, <see cref="BuildUnsubscribe"/>, <see cref="BuildSnapshotRequest"/> or, for a request,
/// <see cref="NextRequestId"/> fails the command that it is for. One in any other member that builds a message, such as <see cref="BuildPing"/> or
/// <see cref="OnConnect"/>, restarts the connection's actor with backoff.</para>
/// </remarks>
public abstract class ProtocolHandler
{
    /// <summary>Tells what a message is, in one pass over its UTF-8 bytes, without allocating. Anything it cannot read is <see cref="Classification.Unknown"/>.</summary>
    public abstract Classification Classify(ReadOnlySpan<byte> message);

    /// <summary>
    /// Writes the key of an update that was classified as <see cref="Classification.ComposedUpdate"/>: where a topic is told by several fields
    /// that stand apart, for example. Must be pure and quick. Default: none.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="destination">Where to; 512 bytes.</param>
    /// <returns>How many bytes were written; 0 or less if there is no room: the message counts as unknown.</returns>
    /// <example><code>
    /// // {"type":"ticker","sequence":17,"product_id":"BTC-USD"} → ticker:BTC-USD
    /// public override int ComposeKey(ReadOnlySpan&lt;byte&gt; message, Span&lt;byte&gt; destination) =>
    ///     Utf8.TryWrite(destination, $"{Field(message, "type")}:{Field(message, "product_id")}", out var written) ? written : 0;
    /// </code></example>
    public virtual int ComposeKey(ReadOnlySpan<byte> message, Span<byte> destination) => 0;

    /// <summary>How many bytes <see cref="ComposeKey"/> has for its key.</summary>
    internal const int LongestComposedKey = 512;

    /// <summary>The key of a message, composed into <paramref name="scratch"/> where <see cref="ComposeKey"/> writes it; empty if it has none.</summary>
    internal ReadOnlySpan<byte> KeyOf(Classification classification, ReadOnlySpan<byte> message, Span<byte> scratch) =>
        classification.IsComposed ? scratch[..Math.Max(ComposeKey(message, scratch), 0)] : classification.KeyOf(message);

    /// <summary>
    /// Finds the next message in one that was classified as <see cref="Classification.Batch"/>; each is classified and routed as if it had come
    /// alone. A batch in a batch is unknown. Default: there is none.
    /// </summary>
    /// <param name="batch">The message that holds others.</param>
    /// <param name="from">Where the last one ended; 0 at first.</param>
    /// <param name="start">Where the next one starts.</param>
    /// <param name="length">Its length, above 0.</param>
    /// <example><code>
    /// // one message a line
    /// public override bool TryReadPart(ReadOnlySpan&lt;byte&gt; batch, int from, out int start, out int length)
    /// {
    ///     start = from + batch[from..].IndexOfAnyExcept((byte)'\n');
    ///     length = start &lt; from ? 0 : batch[start..].IndexOf((byte)'\n') is var end and >= 0 ? end : batch.Length - start;
    ///     return length > 0;
    /// }
    /// </code></example>
    public virtual bool TryReadPart(ReadOnlySpan<byte> batch, int from, out int start, out int length)
    {
        (start, length) = (0, 0);
        return false;
    }

    /// <summary>
    /// Learns from a response or control message which topic the server's own name stands for, where updates carry a number that only the
    /// acknowledgement relates to a topic. Called for each of them, before anything else reads it; what was learnt holds for the physical
    /// connection, and updates that came before it follow now, in order. Default: nothing.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="learned">The key as <see cref="Classify"/> finds it in updates, and its topic.</param>
    /// <example><code>
    /// // {"channelID":1668,"event":"subscriptionStatus","pair":"WAVES/EUR",…} → updates that begin with [1668,
    /// learned = new LearnedTopic(channelId, new Topic("ticker:" + pair));
    /// </code></example>
    public virtual bool TryLearn(ReadOnlySpan<byte> message, [NotNullWhen(true)] out LearnedTopic? learned)
    {
        learned = null;
        return false;
    }

    /// <summary>Builds the message that subscribes to <paramref name="topics"/> (at most <see cref="MaxTopicsPerMessage"/>).</summary>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="id">A fresh id that the server's answer may repeat.</param>
    public abstract OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id);

    /// <summary>Builds the message that unsubscribes from <paramref name="topics"/> (at most <see cref="MaxTopicsPerMessage"/>).</summary>
    /// <inheritdoc cref="BuildSubscribe" path="/param"/>
    public abstract OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id);

    /// <summary>How many topics one subscribe or unsubscribe message may name. Default: 100.</summary>
    public virtual int MaxTopicsPerMessage => 100;

    /// <summary>
    /// How large one subscribe or unsubscribe message may be, in bytes, where the venue refuses or ignores larger ones; a topic that is too large alone
    /// still goes out. The options may ask for less (<c>SubscriptionOptions.MaxSubscribeBytes</c>). Default: null, any size.
    /// </summary>
    public virtual int? MaxSubscribeBytes => null;

    /// <summary>Whether the server answers a subscribe message. If not, a topic counts as subscribed once its message was sent. Default: true.</summary>
    public virtual bool ConfirmsSubscriptions => true;

    /// <summary>Messages sent right after each (re)connect and login, before anything else. Default: none.</summary>
    public virtual IReadOnlyList<OutboundMessage> OnConnect() => [];

    /// <summary>
    /// Where this attempt connects: asked afresh for each, so that a signed URL, a listen key or a token in a header is never stale. It shares
    /// <c>ConnectTimeout</c> with the connecting. Runs on the thread pool. Default: what the options say.
    /// </summary>
    /// <example><code>
    /// public override async ValueTask&lt;ConnectionEndpoint&gt; GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken) =>
    ///     configured with { Url = new Uri(configured.Url, "/ws/" + await listenKeys.GetAsync(cancellationToken)) };
    /// </code></example>
    public virtual ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken) => new(configured);

    /// <summary>Whether the venue wants a login message. Default: false.</summary>
    public virtual bool RequiresAuthentication => false;

    /// <summary>Builds the login message, afresh for each connect. Called only if <see cref="RequiresAuthentication"/>.</summary>
    public virtual ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType().Name} requires authentication but does not override {nameof(BuildAuthenticationAsync)}.");

    /// <summary>
    /// Whether a message, sent or received, holds what proves an account: a login, be it one that a caller sends as a request, its answer, a signed request.
    /// Of such a message the log and errors tell the kind and the length alone. Asked only where a message is to be shown (<c>telemetry.log-payloads</c>) or
    /// quoted (<see cref="ResponseFormatException.Excerpt"/>), on the read loop or the connection's actor. Must be pure; an exception counts as true. Default:
    /// false. In other messages, what looks secret by its name or shape is masked all the same.
    /// </summary>
    /// <param name="message">The message as it is on the wire, inflated.</param>
    /// <example><code>
    /// public override bool IsSensitive(ReadOnlySpan&lt;byte&gt; message) => message.StartsWith("LOGON "u8);
    /// </code></example>
    public virtual bool IsSensitive(ReadOnlySpan<byte> message) => false;

    /// <summary><see cref="IsSensitive"/>, where an exception counts as true.</summary>
    internal bool Hides(ReadOnlySpan<byte> message)
    {
        try
        {
            return IsSensitive(message);
        }
        catch (Exception)
        {
            return true;
        }
    }

    /// <summary>
    /// How long a login is good for; it is renewed on the open connection when nine tenths of that are over. Default: null, for as long as the
    /// connection lasts.
    /// </summary>
    public virtual TimeSpan? AuthenticationLifetime => null;

    /// <summary>
    /// Reads a <see cref="MessageKind.System"/> message, or a <see cref="MessageKind.Response"/> to no request of ours, that comes while a login is
    /// under way. Default: it is not the answer.
    /// </summary>
    /// <example><code>
    /// public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan&lt;byte&gt; message) => Verdict(message) switch
    /// {
    ///     { Ok: true, ExpiresIn: var seconds } => AuthenticationVerdict.AcceptedFor(TimeSpan.FromSeconds(seconds)),
    ///     { Ok: false, Words: var words } => AuthenticationVerdict.Rejected(words),
    ///     _ => AuthenticationVerdict.NotAnAnswer,
    /// };
    /// </code></example>
    public virtual AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message) => AuthenticationVerdict.NotAnAnswer;

    /// <summary>
    /// Reads a <see cref="MessageKind.Control"/> message, or the <see cref="MessageKind.Response"/> to a subscribe or unsubscribe message (told by its
    /// id); null if it says nothing about subscriptions. A response that is null here confirms or refuses all topics of that message, as
    /// <see cref="ReadResponse"/> tells. Default: null.
    /// </summary>
    /// <example><code>
    /// // {"id":"…","accepted":["a"],"refused":["b"]}: partial success
    /// return new Acknowledgement { RequestId = id, Topics = accepted, Failures = [new TopicFailure("b", "unknown symbol")] };
    /// </code></example>
    public virtual Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message) => null;

    /// <summary>Makes a fresh request id. Default: a ULID; override to number requests as the venue demands.</summary>
    public virtual RequestId NextRequestId() => RequestId.New();

    /// <summary>
    /// Whether messages of the handler's own have this id, such as its pings and logins: a request whose caller chose it is refused before the write,
    /// for its response could not be told from theirs. Default: false.
    /// </summary>
    /// <param name="id">An id that a caller chose.</param>
    public virtual bool IsOwnId(RequestId id) => false;

    /// <summary>Writes <paramref name="id"/> into a request. Default: the payload as it is, which then must hold the id already.</summary>
    public virtual OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) => new(payload);

    /// <summary>
    /// Writes the trace that a request belongs to into its message, where the venue takes one: as W3C Trace Context gives it. Called for requests
    /// whose activity is recorded, after <see cref="EncodeRequest"/>. Default: the message as it is.
    /// </summary>
    /// <param name="request">The message.</param>
    /// <param name="traceParent">The header <c>traceparent</c>, such as <c>00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01</c>.</param>
    /// <param name="traceState">The header <c>tracestate</c>; null: none.</param>
    public virtual OutboundMessage AddTraceContext(OutboundMessage request, string traceParent, string? traceState) => request;

    /// <summary>
    /// The kind of a topic, by which metrics tell updates apart: a few names per venue, without the instrument. Must be pure. Default: what stands
    /// before the first <c>.</c>, <c>:</c> or <c>/</c>, or between the first two <c>@</c>; empty, the kind <c>other</c>, where there is none of them.
    /// </summary>
    /// <param name="topic">The topic, such as <c>orderbook.50.BTCUSDT</c>: <c>orderbook</c>.</param>
    public virtual string TopicKindOf(Topic topic) => TopicKindByName(topic);

    /// <summary>
    /// After how long without an update a topic counts as stale where neither its subscribers (<c>SubscribeOptions.MaxAge</c>) nor the options
    /// (<c>subscriptions.max-age</c>) say so: for topics that a live venue never leaves silent for long, such as tickers and order books. A stale topic
    /// is reported and degrades health; the connection stays. Must be pure. Default: null, never.
    /// </summary>
    /// <param name="topic">The topic.</param>
    public virtual TimeSpan? DefaultMaxAgeOf(Topic topic) => null;

    internal static string TopicKindByName(Topic topic)
    {
        var name = topic.Value;
        if (name.Split('@') is [_, var kind, ..])
            return kind;
        var end = name.AsSpan().IndexOfAny('.', ':', '/');
        return end < 0 ? "" : name[..end];
    }

    /// <summary>
    /// Whether a request or a send places, changes or cancels orders: it counts by <c>RateLimitOptions.Orders</c> then, where the options limit those.
    /// Asked there alone, of what is not sent with <c>MessagePriority.Subscribe</c>. Must be pure; a payload that it throws for counts as an order.
    /// Default: false.
    /// </summary>
    /// <param name="payload">The payload, as its caller gave it.</param>
    /// <example><code>
    /// public override bool IsOrder(ReadOnlyMemory&lt;byte&gt; payload) => payload.Span.StartsWith("{\"op\":\"order."u8);
    /// </code></example>
    public virtual bool IsOrder(ReadOnlyMemory<byte> payload) => false;

    /// <summary>
    /// The caller's own id of the order that a request places, changes or cancels. An outcome that is not known carries it
    /// (<see cref="SentOutcomeUnknownException.ClientOrderId"/>), so that the venue can be asked about the order. Must be pure: it may run on any
    /// thread. Default: null, none.
    /// </summary>
    /// <param name="payload">The request's payload, as its caller gave it.</param>
    /// <example><code>
    /// // {"op":"order.create","args":[{"symbol":"BTCUSDT","orderLinkId":"mine-17",…}]}
    /// public override string? ClientOrderIdOf(ReadOnlyMemory&lt;byte&gt; payload)
    /// {
    ///     using var json = JsonDocument.Parse(payload);
    ///     return json.RootElement.TryGetProperty("args", out var args) &amp;&amp; args[0].TryGetProperty("orderLinkId", out var id) ? id.GetString() : null;
    /// }
    /// </code></example>
    public virtual string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) => null;

    /// <summary>
    /// Reads a <see cref="MessageKind.Response"/> message: a result, a refusal (<see cref="ResponseVerdict.Error"/>), or an error that leaves the outcome open
    /// (<see cref="ResponseVerdict.OutcomeUnknown"/>). Must be pure and quick; an exception fails that request alone. Default: all of it is the result.
    /// </summary>
    public virtual ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message) => ResponseVerdict.Ok(message);

    /// <summary>The error that the caller of a request gets for a <see cref="ResponseVerdict"/> that is one; override to give a type of the venue's own. Must be pure and quick.</summary>
    /// <param name="connection">The connection's name.</param>
    /// <param name="id">The request's id.</param>
    /// <param name="verdict">What <see cref="ReadResponse"/> said.</param>
    /// <example><code>
    /// public override ServerErrorException CreateError(string connection, RequestId id, ResponseVerdict verdict) =>
    ///     verdict.ErrorCode == "110007" ? new InsufficientBalanceException(connection, id, verdict) : base.CreateError(connection, id, verdict);
    /// </code></example>
    public virtual ServerErrorException CreateError(string connection, RequestId id, ResponseVerdict verdict) =>
        new(connection, id, verdict.ErrorCode ?? "", verdict.ErrorMessage ?? "");

    /// <summary>
    /// Answers a <see cref="MessageKind.System"/> or <see cref="MessageKind.Control"/> message that is nothing else (no ping, no login, no
    /// acknowledgement): a request of the server's, for example. What it returns is sent on the same physical connection, or not at all; at most
    /// 64 answers may be under way, further messages get none (counted as failures of the handler). Starts on the connection's actor.
    /// Default: null, no answer.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancelled when the physical connection is gone.</param>
    /// <example><code>
    /// public override ValueTask&lt;OutboundMessage?&gt; AnswerAsync(ReadOnlyMemory&lt;byte&gt; message, CancellationToken cancellationToken) =>
    ///     new(IsTimeRequest(message) ? OutboundMessage.Text($"time {clock.GetUtcNow():O}") : null);
    /// </code></example>
    public virtual ValueTask<OutboundMessage?> AnswerAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => default;

    /// <summary>Whether <see cref="ObserveUnknown"/> wants the messages that nothing else is done with. Default: false: they are counted only.</summary>
    public virtual bool ObservesUnknown => false;

    /// <summary>
    /// Sees a message of the kind <see cref="MessageKind.Unknown"/>, or of a kind of the handler's own, if <see cref="ObservesUnknown"/>. Runs on
    /// the connection's actor, never on the read loop; what waits for it counts against the credits of reading. Default: nothing.
    /// </summary>
    /// <param name="kind">What <see cref="Classify"/> said.</param>
    /// <param name="message">The message; it may be kept.</param>
    /// <example><code>
    /// public override bool ObservesUnknown => true;
    ///
    /// public override void ObserveUnknown(MessageKind kind, ReadOnlyMemory&lt;byte&gt; message) => samples.Add(kind, message);
    /// </code></example>
    public virtual void ObserveUnknown(MessageKind kind, ReadOnlyMemory<byte> message)
    {
    }

    /// <summary>The venue's own ping message, used where <c>HeartbeatOptions.UseFramePing</c> is off; null if it has none. Default: null.</summary>
    public virtual OutboundMessage? BuildPing() => null;

    /// <summary>Whether a <see cref="MessageKind.System"/> message answers <see cref="BuildPing"/>. Default: false.</summary>
    public virtual bool IsPong(ReadOnlySpan<byte> message) => false;

    /// <summary>Whether a <see cref="MessageKind.System"/> message is the server's ping, which <see cref="BuildPong"/> answers. Default: false.</summary>
    public virtual bool IsServerPing(ReadOnlySpan<byte> message) => false;

    /// <summary>Answers a server's ping; runs on the read loop and goes out ahead of queued writes. Default: null, no answer.</summary>
    public virtual OutboundMessage? BuildPong(ReadOnlySpan<byte> ping) => null;

    /// <summary>Whether a <see cref="MessageKind.System"/> or <see cref="MessageKind.Control"/> message asks for a new connection. Default: false.</summary>
    public virtual bool ShouldReconnect(ReadOnlySpan<byte> message) => false;

    /// <summary>
    /// Whether the venue takes a second connection of the same account beside the first. If not, a rotation is a plain reconnect. Default: true.
    /// </summary>
    public virtual bool AllowsConcurrentSessions => true;

    /// <summary>
    /// Turns the payload of a binary message into what <see cref="Classify"/> reads; <see cref="PayloadDecoder"/> inflates gzip and deflate. Default: as
    /// it is.
    /// </summary>
    /// <param name="payload">The message.</param>
    /// <param name="maxSize">How many bytes the result may have, which is <c>max-message-size</c>. What has more is dropped and counted: stop there, since a few bytes may stand for gigabytes.</param>
    public virtual ReadOnlyMemory<byte> DecodeBinary(ReadOnlyMemory<byte> payload, int maxSize) => payload;

    /// <summary>
    /// Names the topic that a key stands for. Called once per distinct key, then remembered; <c>default</c> says that it is not known yet: the
    /// update waits, with at most 255 others, until <see cref="TryLearn"/> tells. Default: the key as UTF-8 text.
    /// </summary>
    public virtual Topic TopicOf(ReadOnlySpan<byte> key) => new(Encoding.UTF8.GetString(key));

    /// <summary>Names the request that a key stands for. Default: the key as UTF-8 text.</summary>
    public virtual RequestId RequestIdOf(ReadOnlySpan<byte> key) => new(Encoding.UTF8.GetString(key));

    /// <summary>The venue's own sequence number of an update, if it has one. Default: null.</summary>
    public virtual long? SequenceOf(ReadOnlySpan<byte> update) => null;

    /// <summary>
    /// Whether a topic stands for all that match it, such as <c>trade.*</c> where a venue has that. Its subscribers get the updates under their own
    /// topics, numbered by the pattern; gaps are not looked for. Default: false.
    /// </summary>
    public virtual bool IsPattern(Topic topic) => false;

    /// <summary>Whether an update's topic is one that a pattern stands for. Asked once per topic and change of subscriptions, on the read loop. Default: false.</summary>
    public virtual bool Matches(Topic pattern, Topic topic) => false;

    /// <summary>How the numbers of <see cref="SequenceOf"/> follow each other, for subscriptions that ask for gaps. Default: <see cref="SequenceRule.Contiguous"/>.</summary>
    public virtual SequenceRule Sequencing => SequenceRule.Contiguous;

    /// <summary>
    /// The number of the update before this one, where the venue sends it, as OKX does (<c>prevSeqId</c>). Runs on the read loop, for subscriptions
    /// that ask for gaps. Default: null.
    /// </summary>
    public virtual long? PreviousSequenceOf(ReadOnlySpan<byte> update) => null;

    /// <summary>
    /// Whether an update is a snapshot or a change of it: what <c>TopicUpdate.Kind</c> tells, on any thread, whenever it is read. Runs on the read loop too,
    /// for subscriptions that ask for gaps: a snapshot follows anything, and ends a recovery. Must be pure. Default: unknown.
    /// </summary>
    public virtual UpdateKind KindOf(ReadOnlySpan<byte> update) => UpdateKind.Unknown;

    /// <summary>
    /// Builds the message that asks for a snapshot of a topic after a gap (<c>GapRecovery.Snapshot</c>); it is to come as an update of the topic.
    /// Default: null, the venue has none.
    /// </summary>
    public virtual OutboundMessage? BuildSnapshotRequest(Topic topic, RequestId id) => null;

    /// <summary>
    /// The part of an update that tells what it is about, such as a symbol or an order id, for subscriptions that want only the latest of each
    /// (<c>OverflowPolicy.Conflate</c>). Runs on the read loop, for these alone. Default: empty, the topic.
    /// </summary>
    public virtual ReadOnlySpan<byte> ConflationKeyOf(ReadOnlySpan<byte> update) => default;

    /// <summary>
    /// Names the class of a close frame, which chooses how the connection is made again: e.g. a venue's 4001 for a wrong key is
    /// <see cref="ErrorClass.AuthenticationRejected"/>. Must be pure. Default: null, the table of <see cref="ErrorClass"/>.
    /// </summary>
    /// <param name="closeCode">The frame's code (RFC 6455 section 7.4); 1005 if it had none.</param>
    /// <param name="reason">The frame's reason, the server's words; empty if it had none.</param>
    public virtual ErrorClass? ClassifyClose(int closeCode, string reason) => null;

    /// <summary>
    /// Names the class of a failure to connect or of a loss without a close frame, which chooses how the connection is made again: e.g. a
    /// <c>WireHandshakeException</c> with a status of 403 is <see cref="ErrorClass.RateLimited"/> where the venue bans so. Must be pure.
    /// Default: null, the table of <see cref="ErrorClass"/>.
    /// </summary>
    /// <param name="error">What the transport failed with.</param>
    public virtual ErrorClass? ClassifyError(Exception error) => null;

    /// <summary>
    /// Whether a connection that this handler serves is as good as one that the other would serve: asked by <c>WebSocketClient.GetOrOpenAsync</c>, of both, where a connection
    /// of the name is open. Whoever asks for a connection sends its orders by the one that it gets: say so only where both log in to the same account, or to none, and speak alike. Must be
    /// pure and quick; an exception counts as false. Default: only the very same handler.
    /// </summary>
    /// <param name="other">The other handler.</param>
    /// <example><code>
    /// public override bool IsInterchangeableWith(ProtocolHandler other) => other is MyVenue venue &amp;&amp; venue._signer == _signer;
    /// </code></example>
    public virtual bool IsInterchangeableWith(ProtocolHandler other) => ReferenceEquals(this, other);
}
