using System.Collections.Concurrent;

namespace AkkaWs.Exchanges;

/// <summary>
/// The numbers of instruments from OKX's own channel of instruments (<see cref="Okx.Instruments"/>), which a public connection subscribes to: it lists all on subscribing
/// and tells each new one. Thread-safe.
/// </summary>
/// <example><code>
/// var codes = new OkxChannelCodes();
/// await using var listed = await market.SubscribeAsync([Okx.Instruments("SPOT"), Okx.Instruments("SWAP")], (message, _) =>
/// {
///     if (message is TopicUpdate update)
///         codes.Learn(update.Payload.Span);
///     return default;
/// });
/// var handler = new OkxHandler(OkxStream.Private, credentials, instruments: codes);
/// </code></example>
public sealed class OkxChannelCodes : IInstrumentCodes
{
    // Many times what OKX lists.
    private const int MaxInstruments = 100_000;

    private readonly ConcurrentDictionary<string, long> _codes = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many instruments it knows.</summary>
    public int Count => _codes.Count;

    /// <summary>Reads the numbers in a message of the channel.</summary>
    /// <param name="message">The message, UTF-8; any other has none.</param>
    /// <returns>How many there were.</returns>
    public int Learn(ReadOnlySpan<byte> message)
    {
        var instruments = new OkxInstrumentReader(message);
        var (count, room) = (0, MaxInstruments - _codes.Count);
        while (instruments.Next())
        {
            if (!_codes.ContainsKey(instruments.Name) && --room < 0)
                continue;
            _codes[instruments.Name] = instruments.Code;
            count++;
        }

        if (count > 0)
            _first.TrySetResult();
        return count;
    }

    /// <summary>Waits until the channel has told any: a connection that opens before waits for it, and fails at its <c>ConnectTimeout</c> if nobody subscribes to the channel.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask LoadAsync(CancellationToken cancellationToken) => new(_first.Task.WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public long? Find(string instrument) => _codes.TryGetValue(instrument, out var code) ? code : null;
}
