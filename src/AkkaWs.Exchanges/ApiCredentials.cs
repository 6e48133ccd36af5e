using System.Text.Json.Serialization;

namespace AkkaWs.Exchanges;

/// <summary>A key of an exchange's API and what proves it. It never shows itself: not in <see cref="ToString"/>, not in an error, not as JSON.</summary>
public sealed class ApiCredentials
{
    /// <summary>Takes a key.</summary>
    /// <param name="key">The public part, as the exchange issued it (Deribit: the client id).</param>
    /// <param name="secret">The secret part.</param>
    /// <param name="passphrase">The passphrase that was chosen with the key, for the exchanges that have one (OKX); null for the others.</param>
    /// <exception cref="ArgumentException">The key or the secret is empty.</exception>
    public ApiCredentials(string key, string secret, string? passphrase = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentException.ThrowIfNullOrWhiteSpace(secret);
        (Key, Secret, Passphrase) = (key, secret, passphrase);
    }

    /// <summary>The public part.</summary>
    [JsonIgnore]
    public string Key { get; }

    /// <summary>The secret part.</summary>
    [JsonIgnore]
    public string Secret { get; }

    /// <summary>The passphrase; null where the exchange has none.</summary>
    [JsonIgnore]
    public string? Passphrase { get; }

    /// <summary>That it is withheld.</summary>
    public override string ToString() => $"{nameof(ApiCredentials)} (withheld)";
}
