using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>
/// Speaks JSON-RPC 2.0: requests, notifications both ways, batches, typed errors, calls by the server; subscriptions in the venue's
/// <see cref="JsonRpcStyle"/>.
/// </summary>
/// <remarks>
/// <para>A request's payload is the call without id and version (<see cref="JsonRpcRequest"/>), or a batch of calls (<see cref="JsonRpcBatch"/>). An
/// error object becomes a <see cref="JsonRpcException"/>.</para>
/// <para>A response whose id is null answers nothing that can be told: it counts as unknown, and the observer of the unknown gets it. A
/// notification that is no push and that no method of ours hears is unknown too.</para>
/// <para>Source: https://www.jsonrpc.org/specification.</para>
/// </remarks>
/// <example><code>
/// await using var client = await WebSocketClient.ConnectAsync(system, options, new JsonRpcHandler(new EthereumStyle()));
/// var chain = await client.RequestAsync&lt;JsonRpcRequest, string&gt;(new("eth_chainId"));
/// await using var heads = await client.SubscribeAsync("newHeads");
/// </code></example>
public partial class JsonRpcHandler : ProtocolHandler
{
    // Ids of ours whose responses nobody waits for by id.
    private static readonly RequestId PingId = "ping";

    // Up to here every JSON parser reads numbers exactly.
    private const long LargestExact = 1L << 53;

    private readonly JsonRpcStyle _style;
    private long _lastId;
    private string? _loginId;
    private string? _loginMethod;

    /// <summary>Speaks as <paramref name="options"/> say and subscribes in a venue's style.</summary>
    /// <param name="style">The style; an instance of its own for each handler.</param>
    /// <param name="options">The rest; null: the defaults.</param>
    /// <exception cref="InvalidOperationException"><paramref name="style"/> serves another handler.</exception>
    public JsonRpcHandler(JsonRpcStyle style, JsonRpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(style);
        Options = options ?? new JsonRpcOptions();
        ArgumentNullException.ThrowIfNull(Options.Methods, nameof(options));
        style.Attach();
        _style = style;
    }

    /// <summary>How it speaks.</summary>
    public JsonRpcOptions Options { get; }

    /// <inheritdoc/>
    public override int MaxTopicsPerMessage => _style.MaxTopicsPerMessage;

    /// <inheritdoc/>
    public override bool RequiresAuthentication => Options.Login is not null;

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        var read = new JsonRpcMessage(message);
        if (!read.IsObject)
            return ClassifyArray(message);
        if (read.IsResponse)
            return read.Id.TextIs(message, "ping"u8) ? Classification.System : Classification.Response(read.Id.TextStart, read.Id.TextLength);
        if (read.IsRequest)
            return Classification.System;
        if (_style.Classify(read) is { Kind: not MessageKind.Unknown } push)
            return push;
        return _style.IsServerPing(read) || Hears(read) ? Classification.System : Classification.Unknown;
    }

    /// <inheritdoc/>
    public override Topic TopicOf(ReadOnlySpan<byte> key) => _style.TopicOf(key);

    /// <summary>The id's text, be it a string or a number; an integer that the server writes as <c>1.0</c> is <c>1</c>.</summary>
    public override RequestId RequestIdOf(ReadOnlySpan<byte> key) => JsonRpcId.Of(key);

    /// <inheritdoc/>
    public override bool TryLearn(ReadOnlySpan<byte> message, [NotNullWhen(true)] out LearnedTopic? learned) =>
        _style.TryLearn(new JsonRpcMessage(message), out learned);

    /// <inheritdoc/>
    public override RequestId NextRequestId() =>
        Options.StringIds ? base.NextRequestId() : Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);

    /// <summary>Those of its pings, and of the last login.</summary>
    public override bool IsOwnId(RequestId id) => id == PingId || id.Value == Volatile.Read(ref _loginId);

    /// <inheritdoc/>
    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) =>
        JsonRpcWriter.Request(_style.Subscribe(topics, id), id, Options.StringIds);

    /// <inheritdoc/>
    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) =>
        JsonRpcWriter.Request(_style.Unsubscribe(topics, id), id, Options.StringIds);

    /// <inheritdoc/>
    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        var read = new JsonRpcMessage(message);
        if (!read.IsResponse)
            return null;
        var id = JsonRpcId.Of(read.Id.TextOf(message));
        return read.IsError
            ? new Acknowledgement { RequestId = id, Rejection = Describe(JsonRpcError.Read(read.Error.Of(message))) }
            : _style.ReadResult(id, read.Result.Of(message));
    }

    /// <summary>Adds version and id to a call, or to each call of a batch. Later ids of the handler's own go on behind a number that the caller chose.</summary>
    /// <exception cref="ArgumentException"><paramref name="payload"/> is neither, or a batch that asks nothing.</exception>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload)
    {
        GoOnBehind(id);
        var read = new JsonRpcMessage(payload.Span);
        if (!read.IsObject)
            return EncodeBatch(id, payload.Span);
        if (read.Method.Kind != JsonValueKind.String)
            throw new ArgumentException("The payload of a JSON-RPC request lacks its method.", nameof(payload));
        return new OutboundMessage(JsonRpcWriter.WithId(payload.Span, id, Options.StringIds));
    }

    /// <summary>The member <c>result</c> of a response, all of a batch's.</summary>
    /// <exception cref="FormatException">It has neither a result nor an error, or both.</exception>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var read = new JsonRpcMessage(message.Span);
        if (!read.IsObject)
            return ResponseVerdict.Ok(message);
        var hasResult = read.Result.Kind != JsonValueKind.Undefined;
        if (!read.IsError && read.Error.Kind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            throw new FormatException("The error of a JSON-RPC response is not an object.");
        if (read.IsError == hasResult && !(read.IsError && read.Result.Kind == JsonValueKind.Null))
            throw new FormatException($"A JSON-RPC response has {(hasResult ? "both a result and an error" : "neither a result nor an error")}.");
        if (!read.IsError)
            return ResponseVerdict.Ok(read.Result.Of(message));
        var error = JsonRpcError.Read(read.Error.Of(message.Span));
        return ResponseVerdict.Error(error.Code.ToString(CultureInfo.InvariantCulture), error.Message, read.Error.Of(message));
    }

    /// <summary>A <see cref="JsonRpcException"/>.</summary>
    public override ServerErrorException CreateError(string connection, RequestId id, ResponseVerdict verdict) =>
        new JsonRpcException(connection, id, JsonRpcError.Read(verdict.ErrorData.Span));

    /// <inheritdoc/>
    public override async ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken)
    {
        var login = await Options.Login!(cancellationToken).ConfigureAwait(false);
        var id = NextRequestId();
        Volatile.Write(ref _loginId, id.Value);
        Volatile.Write(ref _loginMethod, login.Method);
        return JsonRpcWriter.Request(login, id, Options.StringIds);
    }

    /// <inheritdoc/>
    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message)
    {
        var read = new JsonRpcMessage(message);
        if (!read.IsResponse || JsonRpcId.Of(read.Id.TextOf(message)).Value != Volatile.Read(ref _loginId))
            return AuthenticationVerdict.NotAnAnswer;
        if (read.IsError)
            return AuthenticationVerdict.Rejected(Describe(JsonRpcError.Read(read.Error.Of(message))));
        if (read.Result.Kind == JsonValueKind.False)
            return AuthenticationVerdict.Rejected("the result of the login is false");
        return ExpiresIn(read.Result.Of(message)) is { } lifetime ? AuthenticationVerdict.AcceptedFor(lifetime) : AuthenticationVerdict.Accepted;
    }

    /// <summary>The last login and its response, and calls of the login's method, whoever makes them.</summary>
    public override bool IsSensitive(ReadOnlySpan<byte> message)
    {
        var read = new JsonRpcMessage(message);
        return (read.Id.TextLength > 0 && JsonRpcId.Of(read.Id.TextOf(message)).Value == Volatile.Read(ref _loginId))
            || (read.Method.Kind == JsonValueKind.String && read.Method.GetText(message) == Volatile.Read(ref _loginMethod));
    }

    /// <inheritdoc/>
    public override OutboundMessage? BuildPing() => Options.PingMethod is { } method ? Call(method) : null;

    /// <inheritdoc/>
    public override bool IsPong(ReadOnlySpan<byte> message)
    {
        var read = new JsonRpcMessage(message);
        return read.IsResponse && read.Id.TextIs(message, "ping"u8);
    }

    /// <inheritdoc/>
    public override bool IsServerPing(ReadOnlySpan<byte> message) => _style.IsServerPing(new JsonRpcMessage(message));

    /// <inheritdoc/>
    public override OutboundMessage? BuildPong(ReadOnlySpan<byte> ping) => _style.PongMethod is { } method ? Call(method) : null;

    /// <summary>
    /// Writes a call whose answer nobody waits for, such as one of <see cref="ProtocolHandler.OnConnect"/>: the answer, be it an error, counts as a pong.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">The parameters, see <see cref="JsonRpcRequest"/>; null for none.</param>
    protected static OutboundMessage Call(string method, object? parameters = null) =>
        JsonRpcWriter.Request(new JsonRpcRequest(method, parameters), PingId, stringId: true);

    // A login's id must be no caller's.
    private void GoOnBehind(RequestId id)
    {
        if (Options.StringIds || !long.TryParse(id.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= LargestExact)
            return;
        for (var last = Volatile.Read(ref _lastId); number > last;)
            last = Interlocked.CompareExchange(ref _lastId, number, last);
    }

    private static string Describe(JsonRpcError error) => $"{error.Message} ({error.Code.ToString(CultureInfo.InvariantCulture)})";

    // Deribit: {"access_token":…,"expires_in":900,…}
    private static TimeSpan? ExpiresIn(ReadOnlySpan<byte> result)
    {
        var fields = new JsonFieldReader(result);
        while (fields.Next())
        {
            if (fields.NameIs("expires_in"u8) && JsonRpcId.TryReadNumber(fields.Value.TextOf(result), out var seconds) && seconds is > 0 and < int.MaxValue)
                return TimeSpan.FromSeconds(seconds);
        }

        return null;
    }
}
