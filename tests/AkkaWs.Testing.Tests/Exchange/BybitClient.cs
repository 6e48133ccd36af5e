using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AkkaWs.Testing.Tests;

/// <summary>What a client of Bybit writes.</summary>
internal static class BybitClient
{
    public static string Subscribe(params string[] topics) => Operation("subscribe", topics);

    public static string Unsubscribe(params string[] topics) => Operation("unsubscribe", topics);

    public static string Login(ExchangeSimulatorOptions options, TimeSpan? validity = null, string? signature = null, string idName = "req_id")
    {
        var expires = (DateTimeOffset.UtcNow + (validity ?? TimeSpan.FromSeconds(10))).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        signature ??= Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.ApiSecret), Encoding.UTF8.GetBytes("GET/realtime" + expires)));
        return $$"""{"{{idName}}":"login","op":"auth","args":["{{options.ApiKey}}",{{expires}},"{{signature}}"]}""";
    }

    public static string Order(string id, string operation, string arguments) =>
        $$"""{"reqId":"{{id}}","header":{"X-BAPI-TIMESTAMP":"{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}"},"op":"{{operation}}","args":[{{arguments}}]}""";

    private static string Operation(string operation, string[] topics) =>
        $$"""{"req_id":"7","op":"{{operation}}","args":[{{string.Join(',', topics.Select(topic => $"\"{topic}\""))}}]}""";
}
