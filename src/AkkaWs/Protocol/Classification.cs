namespace AkkaWs.Protocol;

/// <summary>
/// The result of one pass over a message: its kind, and where in it the key stands (a request id or a topic).
/// </summary>
public readonly record struct Classification
{
    private const int Composed = -1;

    // The key's start above the kind, in one word: a result leaves in two registers, and what was just stored by halves cannot be loaded as a whole at once.
    private readonly long _startAndKind;

    private Classification(MessageKind kind, int keyStart, int keyLength)
    {
        _startAndKind = ((long)keyStart << 32) | (uint)kind;
        KeyLength = keyLength;
    }

    /// <summary>Not recognised.</summary>
    public static Classification Unknown => default;

    /// <summary>About the connection itself.</summary>
    public static Classification System => new(MessageKind.System, 0, 0);

    /// <summary>About subscriptions.</summary>
    public static Classification Control => new(MessageKind.Control, 0, 0);

    /// <summary>Several messages in one, which <see cref="ProtocolHandler.TryReadPart"/> takes apart.</summary>
    public static Classification Batch => new(MessageKind.Batch, 0, 0);

    /// <summary>An update whose key is not one slice of the message: <see cref="ProtocolHandler.ComposeKey"/> writes it.</summary>
    public static Classification ComposedUpdate => new(MessageKind.Update, 0, Composed);

    /// <summary>What the message is.</summary>
    public MessageKind Kind => (MessageKind)(int)_startAndKind;

    /// <summary>Where the key starts, in bytes from the start of the message.</summary>
    public int KeyStart => (int)(_startAndKind >> 32);

    /// <summary>The key's length in bytes; 0: no key; negative: it is composed.</summary>
    public int KeyLength { get; }

    /// <summary>Whether <see cref="ProtocolHandler.ComposeKey"/> writes the key.</summary>
    public bool IsComposed => KeyLength < 0;

    /// <summary>An answer to the request whose id stands at this place.</summary>
    public static Classification Response(int keyStart, int keyLength) => new(MessageKind.Response, keyStart, keyLength);

    /// <summary>An update of the topic that stands at this place.</summary>
    public static Classification Update(int keyStart, int keyLength) => new(MessageKind.Update, keyStart, keyLength);

    /// <summary>A message of a kind without a key: a handler's own, for example.</summary>
    /// <param name="kind">The kind; not <see cref="MessageKind.Response"/> or <see cref="MessageKind.Update"/>, which have keys.</param>
    public static Classification Of(MessageKind kind) => kind is MessageKind.Response or MessageKind.Update ? Unknown : new(kind, 0, 0);

    /// <summary>The key as it stands in <paramref name="message"/>, the message that was classified; empty for one that is composed.</summary>
    public ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> message) => message.Slice(KeyStart, Math.Max(KeyLength, 0));
}
