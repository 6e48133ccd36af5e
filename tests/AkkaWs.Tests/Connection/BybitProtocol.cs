using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Tests.Connection;

/// <summary>Bybit v5 by the generic JSON handler, with its login: HMAC-SHA256 over <c>GET/realtime</c> and an expiry.</summary>
internal sealed class BybitProtocol(ExchangeSimulatorOptions account)
    : GenericJsonHandler(new GenericJsonOptions { SequencePath = ["data", "u"], MaxTopicsPerMessage = 10 })
{
    public string Secret { get; init; } = account.ApiSecret;

    public override bool RequiresAuthentication => true;

    public override ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken)
    {
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds();
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET/realtime{expires}"));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed));
        return new(BuildCommand("auth", writeArguments: json =>
        {
            json.WriteStringValue(account.ApiKey);
            json.WriteNumberValue(expires);
            json.WriteStringValue(signature);
        }));
    }
}
