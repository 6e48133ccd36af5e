using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Testing;
using CustomHandler;

// The venue, as a script of its side of the conversation.
await using var venue = await ScriptedServer.StartAsync(async (connection, ct) =>
{
    while (await connection.ReceiveTextAsync(ct) is { } text)
    {
        var message = JsonNode.Parse(text)!;
        var bad = message["channels"]?.AsArray().Where(channel => (string)channel! != "ticker:BTC") ?? [];
        await connection.SendTextAsync(JsonSerializer.Serialize(new { re = message["id"], ok = true, bad, px = "99" }), ct);
        for (var n = 1; (string)message["cmd"]! == "sub" && n <= 3; n++)
            await connection.SendTextAsync($$"""{"ch":"ticker:BTC","seq":{{n}},"px":"10{{n}}"}""", ct);
    }
});
using var system = ActorSystem.Create("sample", "akka.loglevel = ERROR");
await using var client = await WebSocketClient.ConnectAsync(system, new WebSocketClientOptions { Name = "tidewater", Url = venue.Url }, new TidewaterHandler());

var price = await client.RequestAsync<object, JsonObject>(new { cmd = "price", symbol = "BTC" });
Console.WriteLine($"asked: BTC is at {price["px"]}");
await using var ticker = await client.SubscribeAsync("ticker:BTC");
await foreach (var update in ticker)
{
    Console.WriteLine($"pushed: {Encoding.UTF8.GetString(update.Payload.Span)}");
    if (update.Sequence == 3)
        break;
}

try
{
    await client.SubscribeAsync("ticker:MOON");
}
catch (SubscriptionFailedException e)
{
    Console.WriteLine($"refused: {e.Failures[0]}");
}
