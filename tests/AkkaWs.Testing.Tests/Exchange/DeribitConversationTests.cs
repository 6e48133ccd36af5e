using System.Text.Json;

namespace AkkaWs.Testing.Tests;

/// <summary>Deribit's conversation without a client of ours.</summary>
public sealed class DeribitConversationTests
{
    [Fact]
    public async Task A_method_that_it_does_not_know_is_answered_as_json_rpc_demands()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = ExchangeVenue.Deribit, UpdatesPerSecond = 0 });
        await using var client = await TestClient.ConnectAsync(exchange.Url);

        var unknown = await client.AskAsync("""{"jsonrpc":"2.0","id":"seven","method":"public/no_such","params":{}}""");
        var broken = await client.AskAsync("no json");

        Assert.Equal(("seven", -32601), (unknown.GetProperty("id").GetString(), unknown.GetProperty("error").GetProperty("code").GetInt32()));
        Assert.Equal((JsonValueKind.Null, -32700), (broken.GetProperty("id").ValueKind, broken.GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task Private_methods_need_a_login()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = ExchangeVenue.Deribit, UpdatesPerSecond = 0 });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        const string Order = """{"jsonrpc":"2.0","id":1,"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","amount":1,"type":"market"}}""";

        var refused = await client.AskAsync(Order);
        var login = await client.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"public/auth","params":{"grant_type":"client_credentials","client_id":"simulator-key","client_secret":"simulator-secret"}}""");
        var renewed = await client.AskAsync($$$"""{"jsonrpc":"2.0","id":3,"method":"public/auth","params":{"grant_type":"refresh_token","refresh_token":"{{{login.GetProperty("result").GetProperty("refresh_token").GetString()}}}"}}""");
        var placed = await client.AskAsync(Order);

        Assert.Equal("unauthorized", refused.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(900, renewed.GetProperty("result").GetProperty("expires_in").GetInt32());
        Assert.Equal("filled", placed.GetProperty("result").GetProperty("order").GetProperty("order_state").GetString());
    }
}
