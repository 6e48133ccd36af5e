using System.Text;

namespace AkkaWs.Testing;

/// <summary>What an <see cref="ExchangeSimulator"/> trades and how much it says.</summary>
public sealed record ExchangeSimulatorOptions
{
    private readonly IReadOnlyList<string>? _symbols;

    /// <summary>The seed of prices, sizes and ids: the same seed gives the same market, times aside. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// How many updates a second are generated over all subscribed public topics together, taken in turns; each goes to every subscriber of its topic. 0 generates none, so that only snapshots and
    /// <see cref="ExchangeSimulator.Publish(string, ReadOnlyMemory{byte})"/> push. Default 1,000. What falls behind by more than a quarter of a second is left out.
    /// </summary>
    public double UpdatesPerSecond { get; init; } = 1000;

    /// <summary>
    /// The port of 127.0.0.1, for clients whose addresses are configured beforehand, or that are to find a restarted exchange where it was; 0 takes a
    /// free one. Default 0. One that another program listens on is refused with a <see cref="PortInUseException"/>.
    /// </summary>
    public int Port { get; init; }

    /// <summary>Whose conversation is spoken. Default <see cref="ExchangeVenue.Bybit"/>.</summary>
    public ExchangeVenue Venue { get; init; }

    /// <summary>
    /// The symbols that exist, by the venue's names; a topic of any other is rejected. Default: four that the venue has, for Bybit BTCUSDT, ETHUSDT, SOLUSDT, XRPUSDT.
    /// </summary>
    public IReadOnlyList<string> Symbols
    {
        get => _symbols ?? SymbolsOf(Venue);
        init => _symbols = value;
    }

    /// <summary>The key that can log in; default <c>simulator-key</c>.</summary>
    public string ApiKey { get; init; } = "simulator-key";

    /// <summary>The secret that its logins are signed with; default <c>simulator-secret</c>. <see cref="ToString"/> leaves it out.</summary>
    public string ApiSecret { get; init; } = "simulator-secret";

    /// <summary>
    /// What its logins and requests are verified with in place of <see cref="ApiSecret"/>: the public half of an RSA or Ed25519 key, in PEM
    /// (<c>-----BEGIN PUBLIC KEY-----</c>). For Binance alone, whose <c>session.logon</c> takes Ed25519 alone. Default null: the secret.
    /// </summary>
    public string? ApiPublicKey { get; init; }

    /// <summary>The passphrase of the key, for the venues that have one; default <c>simulator-passphrase</c>. <see cref="ToString"/> leaves it out.</summary>
    public string ApiPassphrase { get; init; } = "simulator-passphrase";

    /// <summary>
    /// How many connections may be subscribed to one of the account's channels, where the venue limits that (OKX): the subscription of one more is confirmed and then ended. Default 30.
    /// </summary>
    public int MaxConnectionsPerChannel { get; init; } = 30;

    /// <summary>How often the venue sends a ping frame to each client; zero: never. Default zero.</summary>
    public TimeSpan ServerPingInterval { get; init; }

    /// <summary>How long a client may take to answer a ping frame before it is dropped. Default 1 minute.</summary>
    public TimeSpan ServerPongTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many messages may wait for a client that does not read; one more and the client is dropped. Default 16,384.</summary>
    public int MaxQueuedMessages { get; init; } = 16_384;

    /// <summary>How many bytes may wait for a client that does not read; one more and the client is dropped. Default 64 MiB.</summary>
    public long MaxQueuedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The largest message that a client may send, in bytes; a larger one is answered with 1009. Default 1 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>How many of its messages each connection keeps; default 1,024.</summary>
    public int LedgerCapacity { get; init; } = 1024;

    /// <summary>Where the pace, the message times and the expiry of logins come from; default the system.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What tells whether something was signed by the key's owner.</summary>
    internal KeyProof Proof => ApiPublicKey is null ? KeyProof.OfSecret(ApiSecret) : KeyProof.OfPublicKey(ApiPublicKey);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(UpdatesPerSecond);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(UpdatesPerSecond, 10_000_000);
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnectionsPerChannel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedMessages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ServerPingInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ServerPongTimeout, TimeSpan.Zero);
        ArgumentException.ThrowIfNullOrEmpty(ApiKey);
        ArgumentException.ThrowIfNullOrEmpty(ApiSecret);
        ArgumentException.ThrowIfNullOrEmpty(ApiPassphrase);
        if (ApiPublicKey is not null && Venue is not (ExchangeVenue.Binance or ExchangeVenue.BinanceUsdMargined))
            throw new ArgumentException($"A public key verifies what is signed for {ExchangeVenue.Binance} alone, and this is {Venue}.", nameof(ApiPublicKey));
        if (!Enum.IsDefined(Venue))
            throw new ArgumentOutOfRangeException(nameof(Venue), Venue, "There is no such venue.");
    }

    private static IReadOnlyList<string> SymbolsOf(ExchangeVenue venue) => venue switch
    {
        ExchangeVenue.Okx => ["BTC-USDT", "ETH-USDT", "SOL-USDT", "XRP-USDT", "BTC-USDT-SWAP", "ETH-USDT-SWAP"],
        ExchangeVenue.Deribit => ["BTC-PERPETUAL", "ETH-PERPETUAL", "SOL_USDC-PERPETUAL", "XRP_USDC-PERPETUAL"],
        _ => ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"],
    };

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"Venue = {Venue}, Seed = {Seed}, UpdatesPerSecond = {UpdatesPerSecond}, Symbols = {string.Join(',', Symbols)}");
        return true;
    }
}
