using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AkkaWs.Protocol;

namespace Quickstart;

/// <summary>Bybit v5 by the generic JSON handler, plus its login: HMAC-SHA256 over <c>GET/realtime</c> and an expiry.</summary>
internal sealed class BybitDemoProtocol(string? apiKey, string? apiSecret)
    : GenericJsonHandler(new GenericJsonOptions { SequencePath = ["data", "u"], MaxTopicsPerMessage = 10 })
{
    public override bool RequiresAuthentication => apiKey is not null;

    public override ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken)
    {
        var expires = DateTimeOffset.UtcNow.AddSeconds(10).ToUnixTimeMilliseconds();
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET/realtime{expires}"));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(apiSecret!), signed));
        return new(BuildCommand("auth", writeArguments: json =>
        {
            json.WriteStringValue(apiKey);
            json.WriteNumberValue(expires);
            json.WriteStringValue(signature);
        }));
    }
}
