using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AkkaWs.Protocol.JsonRpc;

namespace AkkaWs.Exchanges;

/// <summary>Logs in by signature, and again on the same connection by the token that the exchange gave.</summary>
internal sealed class DeribitLogin(ICredentialsProvider credentials, TimeProvider clock)
{
    private string? _refreshToken;

    public ICredentialsProvider Credentials { get; } = credentials;

    public TimeProvider Clock { get; } = clock;

    public async ValueTask<JsonRpcRequest> CallAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _refreshToken, null) is { } token)
            return new JsonRpcRequest("public/auth", new ByToken("refresh_token", token));
        var key = await Credentials.GetAsync(cancellationToken).ConfigureAwait(false);
        var timestamp = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        return new JsonRpcRequest("public/auth", new BySignature("client_signature", key.Key, timestamp, nonce, "", Sign(key, timestamp, nonce)));
    }

    public void Forget() => Volatile.Write(ref _refreshToken, null);

    /// <summary>Keeps the token of an accepted login.</summary>
    public void Read(JsonRpcMessage accepted)
    {
        var granted = accepted.Result.Of(accepted.Json);
        var token = JsonBody.Find(granted, "refresh_token"u8);
        Volatile.Write(ref _refreshToken, token.Kind == JsonValueKind.String ? token.GetText(granted) : null);
    }

    /// <summary>Hex of HMAC-SHA-256 over the timestamp in Unix milliseconds, the nonce and the data (none), each with a line feed between.</summary>
    internal static string Sign(ApiCredentials key, long timestamp, string nonce) =>
        Signature.Hex(key.Secret, string.Create(CultureInfo.InvariantCulture, $"{timestamp}\n{nonce}\n"));

    private sealed record ByToken(
        [property: JsonPropertyName("grant_type")] string GrantType,
        [property: JsonPropertyName("refresh_token")] string RefreshToken);

    private sealed record BySignature(
        [property: JsonPropertyName("grant_type")] string GrantType,
        [property: JsonPropertyName("client_id")] string ClientId,
        [property: JsonPropertyName("timestamp")] long Timestamp,
        [property: JsonPropertyName("nonce")] string Nonce,
        [property: JsonPropertyName("data")] string Data,
        [property: JsonPropertyName("signature")] string Signature);
}
