using System.Text;
using Akka.Actor;
using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Exchanges;
using AkkaWs.Hosting;
using AkkaWs.Options;

var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddAkkaWs();
builder.Services.AddAkka("trading", akka => akka.WithWebSocket("trades", ws => ws.Url(args[0]).Protocol(_ => new BybitHandler(BybitStream.Linear))));
builder.Services.AddHealthChecks().AddAkkaWs();

await using var app = builder.Build();
app.UseWebSockets(new WebSocketOptions());
app.MapHealthChecks("/health");
app.MapGet("/hosted", ([FromKeyedServices("trades")] WebSocketClient client, CancellationToken cancellationToken) => FirstTradeAsync(client, cancellationToken));
app.MapGet("/own", async (ActorSystem system, CancellationToken cancellationToken) =>
{
    var options = new WebSocketClientOptions { Name = "own", Url = new Uri(args[0]) };
    await using var client = await WebSocketClient.ConnectAsync(system, options, new BybitHandler(BybitStream.Linear), cancellationToken);
    return await FirstTradeAsync(client, cancellationToken);
});

await app.StartAsync();
using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
foreach (var path in new[] { "/hosted", "/own", "/health" })
    Console.WriteLine($"{path}: {await http.GetStringAsync(path)}");
await app.StopAsync();

static async Task<string> FirstTradeAsync(WebSocketClient client, CancellationToken cancellationToken)
{
    await using var trades = await client.SubscribeAsync("publicTrade.BTCUSDT", cancellationToken);
    await foreach (var update in trades.WithCancellation(cancellationToken))
        return Encoding.UTF8.GetString(update.Payload.Span);
    return "closed";
}
