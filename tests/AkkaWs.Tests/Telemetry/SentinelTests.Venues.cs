using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AkkaWs.Errors;
using AkkaWs.Exchanges;
using AkkaWs.Options;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.Testing;

namespace AkkaWs.Tests.Telemetry;

// What a venue hands over for later.
public sealed partial class SentinelTests
{
    private const string RefreshToken = "sentinel-refresh-03bd";
    private const string AccessToken = "sentinel-access-9a67";
    private const string ExchangeMethod = "public/exchange_token";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_the_tokens_that_Deribit_gives(bool logsPayloads)
    {
        var received = new ConcurrentQueue<string>();
        await using var server = await ScriptedServer.StartAsync(
            async (connection, ct) =>
            {
                while (await connection.ReceiveTextAsync(ct) is { } text)
                {
                    received.Enqueue(text);
                    if (AnswerOfDeribit(text) is { } answer)
                        await connection.SendTextAsync(answer, ct);
                }
            },
            cancellationToken: Ct);
        var options = Deribit.CreateOptions("sentinel") with
        {
            Url = server.Url,
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20) },
            Telemetry = new TelemetryOptions { LogPayloads = logsPayloads },
        };
        await using var client = await ConnectAsync(options, new DeribitHandler(CredentialsProvider.Fixed(new ApiCredentials(Login, Signing))));
        await AwaitAssertAsync(() => Assert.Contains(received, IsRenewal), Deadline);

        // As requests, whose answers are shown, read as something else, or lost.
        var exchange = new JsonRpcRequest(ExchangeMethod, new { refresh_token = RefreshToken });
        _exits.Say(exchange.ToString(), await client.RequestRawAsync(Request($$$"""{"method":"{{{ExchangeMethod}}}","params":{"refresh_token":"{{{RefreshToken}}}"}}"""), Ct));
        _exits.Say(await Assert.ThrowsAsync<ResponseFormatException>(() => client.RequestAsync<JsonRpcRequest, int>(exchange, cancellationToken: Ct)));
        await server.Connections[^1].SendTextAsync($$$"""{"jsonrpc":"2.0","id":99999,"result":{"refresh_token":"{{{RefreshToken}}}"}}""", Ct);
        await server.Connections[^1].SendTextAsync($$"""{"refresh_token":"{{RefreshToken}}"}""", Ct);
        var lost = client.RequestRawAsync(Request($$$"""{"method":"{{{ExchangeMethod}}}","params":{"refresh_token":"{{{RefreshToken}}}","subject_id":"lost"}}"""), Ct);
        await AwaitAssertAsync(() => Assert.Contains(received, text => text.Contains("lost", StringComparison.Ordinal)), Deadline);
        await server.DropAllAsync();
        _exits.Say(await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => lost));
        await client.WaitUntilReadyAsync(Ct);
        _exits.Say(await client.GetStatusAsync(Ct), await client.GetMetricsAsync(Ct));

        await AssertSilentAsync([RefreshToken, AccessToken, Login, Signing]);
    }

    private static bool IsRenewal(string text) =>
        text.Contains("\"grant_type\":\"refresh_token\"", StringComparison.Ordinal) && text.Contains(RefreshToken, StringComparison.Ordinal);

    private static string? AnswerOfDeribit(string text)
    {
        var request = JsonNode.Parse(text)!;
        var isTokens = (string)request["method"]! is "public/auth" or ExchangeMethod;
        var lifetime = isTokens && text.Contains("client_signature", StringComparison.Ordinal) ? 1 : 900;
        var result = isTokens
            ? $$"""{"access_token":"{{AccessToken}}","expires_in":{{lifetime}},"refresh_token":"{{RefreshToken}}","scope":"connection","token_type":"bearer"}"""
            : "\"ok\"";
        return text.Contains("lost", StringComparison.Ordinal) ? null : $$"""{"jsonrpc":"2.0","id":{{request["id"]!.ToJsonString()}},"result":{{result}}}""";
    }
}
