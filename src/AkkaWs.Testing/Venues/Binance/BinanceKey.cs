using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// The key of the account, with what proves it: HMAC, RSA and Ed25519 sign requests, over the parameters in alphabetical order;
/// <c>session.logon</c> takes Ed25519 alone
/// (https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/session-authentication).
/// </summary>
internal sealed class BinanceKey(string name, KeyProof proof)
{
    private const int UnsupportedKeyType = -4056;

    internal string Name => name;

    /// <summary>What a logon with this kind of key is answered; null: it is allowed.</summary>
    internal (int Code, string Message)? RefusalOfLogon => proof.Kind switch
    {
        KeyKind.Ed25519 => null,
        KeyKind.Rsa => (UnsupportedKeyType, "RSA API key is not supported."),
        _ => (UnsupportedKeyType, "HMAC_SHA256 API key is not supported."),
    };

    internal bool Signed(RpcRequest request) =>
        request.Parameters.ValueKind == JsonValueKind.Object && proof.IsSignedBy(PayloadOf(request.Parameters), request.Text("signature"));

    private static string PayloadOf(JsonElement parameters) => string.Join('&', parameters.EnumerateObject()
        .Where(parameter => parameter.Name != "signature")
        .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
        .Select(parameter => $"{parameter.Name}={TextOf(parameter.Value)}"));

    // As it stands in the message: the text of a JsonElement writes False.
    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
}
