using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Testing;

/// <summary>
/// Tests a protocol handler without a connection: feeds it messages as the read loop and the connection's actor would, and shows what it makes of them;
/// asks it for the messages that it writes.
/// </summary>
/// <example><code>
/// var kit = new HandlerTestKit(new MyVenue());
/// Assert.Equal("""{"op":"subscribe","args":["trades"]}""", kit.Subscribe("trades"));
/// var update = await kit.FeedAsync("""{"topic":"trades","data":[]}""");
/// Assert.Equal((MessageKind.Update, "trades"), (update.Kind, update.Topic?.Value));
/// </code></example>
/// <param name="handler">The handler; the kit is its connection.</param>
public sealed class HandlerTestKit(ProtocolHandler handler)
{
    private const int LongestComposedKey = 512;

    private readonly ProtocolHandler _handler = handler ?? throw new ArgumentNullException(nameof(handler));
    private readonly Dictionary<string, Topic> _learned = [];
    private readonly HashSet<RequestId> _subscribing = [];

    /// <summary>How many bytes a binary message may have decoded, as <c>WebSocketClientOptions.MaxMessageSize</c> says. Default: 16 MiB.</summary>
    public int MaxMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>The handler.</summary>
    public ProtocolHandler Handler => _handler;

    /// <summary>The id of the last message that was built.</summary>
    public RequestId LastId { get; private set; }

    /// <summary>The message that subscribes to topics, as text.</summary>
    public string Subscribe(params IReadOnlyList<Topic> topics) => TextOf(_handler.BuildSubscribe(topics, NextSubscribingId()));

    /// <summary>The message that unsubscribes from topics, as text.</summary>
    public string Unsubscribe(params IReadOnlyList<Topic> topics) => TextOf(_handler.BuildUnsubscribe(topics, NextSubscribingId()));

    /// <summary>A request as it would be written, as text.</summary>
    /// <param name="payload">The payload without its id.</param>
    public string Request(string payload)
    {
        LastId = _handler.NextRequestId();
        return TextOf(_handler.EncodeRequest(LastId, Encoding.UTF8.GetBytes(payload)));
    }

    /// <summary>The login message, as text.</summary>
    public async Task<string> LoginAsync(CancellationToken cancellationToken = default) =>
        TextOf(await _handler.BuildAuthenticationAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>A text message arrives.</summary>
    public Task<FedMessage> FeedAsync(string text, CancellationToken cancellationToken = default) => FeedAsync(Encoding.UTF8.GetBytes(text), isBinary: false, cancellationToken);

    /// <summary>A message arrives.</summary>
    /// <param name="payload">Its payload.</param>
    /// <param name="isBinary">Whether it is a binary message, which the handler decodes first.</param>
    /// <param name="cancellationToken">Cancels an answer that takes its time.</param>
    public Task<FedMessage> FeedAsync(ReadOnlyMemory<byte> payload, bool isBinary, CancellationToken cancellationToken = default) =>
        ReadAsync(isBinary ? _handler.DecodeBinary(payload, MaxMessageSize) : payload, isPart: false, cancellationToken);

    private async Task<FedMessage> ReadAsync(ReadOnlyMemory<byte> payload, bool isPart, CancellationToken cancellationToken)
    {
        var classification = _handler.Classify(payload.Span);
        var fed = new FedMessage(payload) { Kind = classification.Kind };
        switch (classification.Kind)
        {
            case MessageKind.Update:
                return ReadUpdate(fed, classification);
            case MessageKind.Response:
                return ReadResponse(fed, _handler.RequestIdOf(classification.KeyOf(payload.Span)));
            case MessageKind.System:
                return await ReadSystemAsync(fed, cancellationToken).ConfigureAwait(false);
            case MessageKind.Control:
                return await ReadControlAsync(fed, cancellationToken).ConfigureAwait(false);
            case MessageKind.Batch when !isPart:
                return fed with { Parts = await ReadPartsAsync(payload, cancellationToken).ConfigureAwait(false) };
            default:
                return fed;
        }
    }

    private FedMessage ReadUpdate(FedMessage fed, Classification classification)
    {
        Span<byte> scratch = stackalloc byte[LongestComposedKey];
        var message = fed.Payload.Span;
        var key = classification.IsComposed ? scratch[..Math.Max(_handler.ComposeKey(message, scratch), 0)] : classification.KeyOf(message);
        if (key.IsEmpty)
            return fed with { Kind = MessageKind.Unknown };
        var topic = _learned.TryGetValue(Convert.ToHexString(key), out var learned) ? learned : _handler.TopicOf(key);
        return fed with { Topic = topic == default ? (Topic?)null : topic, Sequence = _handler.SequenceOf(message) };
    }

    private FedMessage ReadResponse(FedMessage fed, RequestId id)
    {
        fed = Learn(fed) with { RequestId = id };
        var login = _handler.RequiresAuthentication ? _handler.ReadAuthentication(fed.Payload.Span) : default;
        if (login.IsAnswer)
            return fed with { Authentication = login };
        if (_subscribing.Contains(id) && _handler.ReadAcknowledgement(fed.Payload.Span) is { } answer)
            return fed with { Acknowledgement = answer };
        return fed with { Response = _handler.ReadResponse(fed.Payload) };
    }

    private async Task<FedMessage> ReadSystemAsync(FedMessage fed, CancellationToken cancellationToken)
    {
        if (_handler.IsServerPing(fed.Payload.Span))
            return fed with { IsServerPing = true, Answer = _handler.BuildPong(fed.Payload.Span) };
        if (_handler.IsPong(fed.Payload.Span))
            return fed with { IsPong = true };
        var login = _handler.ReadAuthentication(fed.Payload.Span);
        return login.IsAnswer ? fed with { Authentication = login } : await AskAsync(fed, cancellationToken).ConfigureAwait(false);
    }

    private async Task<FedMessage> ReadControlAsync(FedMessage fed, CancellationToken cancellationToken)
    {
        fed = Learn(fed);
        return _handler.ReadAcknowledgement(fed.Payload.Span) is { } answer
            ? fed with { Acknowledgement = answer }
            : await AskAsync(fed, cancellationToken).ConfigureAwait(false);
    }

    private async Task<FedMessage> AskAsync(FedMessage fed, CancellationToken cancellationToken) => _handler.ShouldReconnect(fed.Payload.Span)
        ? fed with { AsksForReconnect = true }
        : fed with { Answer = await _handler.AnswerAsync(fed.Payload, cancellationToken).ConfigureAwait(false) };

    private async Task<IReadOnlyList<FedMessage>> ReadPartsAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        List<FedMessage> parts = [];
        for (var end = 0; _handler.TryReadPart(batch.Span, end, out var start, out var length); end = start + length)
            parts.Add(await ReadAsync(batch.Slice(start, length), isPart: true, cancellationToken).ConfigureAwait(false));
        return parts;
    }

    private FedMessage Learn(FedMessage fed)
    {
        if (!_handler.TryLearn(fed.Payload.Span, out var learned))
            return fed;
        _learned[Convert.ToHexString(learned.Key.Span)] = learned.Topic;
        return fed with { Learned = learned };
    }

    private RequestId NextSubscribingId()
    {
        LastId = _handler.NextRequestId();
        _subscribing.Add(LastId);
        return LastId;
    }

    private static string TextOf(OutboundMessage message) => Encoding.UTF8.GetString(message.Payload.Span);
}
