namespace AkkaWs.Protocol;

/// <summary>
/// The result of one pass over a message: its kind, and where in it the key stands (a request id or a topic).
/// </summary>
public readonly record struct Classification
{
    private Classification(MessageKind kind, int keyStart, int keyLength)
    {
        Kind = kind;
        KeyStart = keyStart;
        KeyLength = keyLength;
    }

    /// <summary>Not recognised.</summary>
    public static Classification Unknown => default;

    /// <summary>About the connection itself.</summary>
    public static Classification System => new(MessageKind.System, 0, 0);

    /// <summary>About subscriptions.</summary>
    public static Classification Control => new(MessageKind.Control, 0, 0);

    /// <summary>What the message is.</summary>
    public MessageKind Kind { get; }

    /// <summary>Where the key starts, in bytes from the start of the message.</summary>
    public int KeyStart { get; }

    /// <summary>The key's length in bytes; 0: no key.</summary>
    public int KeyLength { get; }

    /// <summary>An answer to the request whose id stands at this place.</summary>
    public static Classification Response(int keyStart, int keyLength) => new(MessageKind.Response, keyStart, keyLength);

    /// <summary>An update of the topic that stands at this place.</summary>
    public static Classification Update(int keyStart, int keyLength) => new(MessageKind.Update, keyStart, keyLength);

    /// <summary>The key as it stands in <paramref name="message"/>, the message that was classified.</summary>
    public ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> message) => message.Slice(KeyStart, KeyLength);
}
