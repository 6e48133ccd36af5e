using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>Checks <c>{"apiKey","passphrase","timestamp","sign"}</c>, sign being base64 HMAC-SHA256(timestamp + "GET/users/self/verify") (https://www.okx.com/docs-v5/en/#overview-websocket-login).</summary>
internal sealed class OkxLogin(string apiKey, string apiSecret, string passphrase)
{
    internal const string Accepted = "0";
    private const double MaxAgeSeconds = 30;

    internal (string Code, string Message) Check(IReadOnlyList<JsonElement> arguments, long now)
    {
        if (arguments is not [{ ValueKind: JsonValueKind.Object } login])
            return ("60012", "Invalid request");
        var timestamp = Text(login, "timestamp");
        if (!double.TryParse(timestamp, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return ("60004", "Invalid timestamp");
        if (Math.Abs((now / 1000d) - seconds) > MaxAgeSeconds)
            return ("60006", "Timestamp request expired");
        if (Text(login, "apiKey") != apiKey)
            return ("60032", "API key doesn't exist");
        if (Text(login, "passphrase") != passphrase)
            return ("60024", "Wrong passphrase");
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(apiSecret), Encoding.UTF8.GetBytes(timestamp + "GET/users/self/verify"));
        return Text(login, "sign") == Convert.ToBase64String(expected) ? (Accepted, "") : ("60007", "Invalid sign");
    }

    private static string Text(JsonElement login, string name) => login.TryGetProperty(name, out var value) ? value.ToString() : "";
}
