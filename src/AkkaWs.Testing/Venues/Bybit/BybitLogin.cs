using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>Checks <c>args: [key, expires, hex HMAC-SHA256("GET/realtime" + expires)]</c> (https://bybit-exchange.github.io/docs/v5/ws/connect).</summary>
internal sealed class BybitLogin(string apiKey, string apiSecret)
{
    internal const int Accepted = 0;
    internal const int ParameterError = 10001;
    internal const int InvalidKey = 10003;
    internal const int InvalidSignature = 10004;
    internal const int Repeated = 20001;

    internal (int Code, string Message) Check(IReadOnlyList<JsonElement> arguments, long now)
    {
        if (arguments.Count != 3 || !long.TryParse(BybitRequest.Plain(arguments[1]), NumberStyles.None, CultureInfo.InvariantCulture, out var expires))
            return (ParameterError, "Params Error");
        if (expires <= now)
            return (ParameterError, "error:request expired");
        if (BybitRequest.Plain(arguments[0]) != apiKey)
            return (InvalidKey, "API key is invalid.");
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(apiSecret), Encoding.UTF8.GetBytes($"GET/realtime{BybitRequest.Plain(arguments[1])}"));
        return string.Equals(BybitRequest.Plain(arguments[2]), Convert.ToHexString(expected), StringComparison.OrdinalIgnoreCase)
            ? (Accepted, "")
            : (InvalidSignature, "error:invalid signature");
    }
}
