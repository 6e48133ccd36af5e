using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Hosting;
using AkkaWs.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder();
builder.Services.AddAkkaWs();
builder.Services.AddAkka("trading", akka => akka.WithWebSocket("trades", ws => ws.Url(args[0]).Protocol<GenericJsonHandler>()));
builder.Services.AddHealthChecks().AddAkkaWs();
builder.Services.AddHostedService<Worker>();
await builder.Build().RunAsync();

internal sealed class Worker([FromKeyedServices("trades")] WebSocketClient client, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var trades = await client.SubscribeAsync("publicTrade.BTCUSDT", stoppingToken);
        await foreach (var update in trades.WithCancellation(stoppingToken))
        {
            Console.WriteLine($"{update.Topic} #{update.Sequence}");
            if (update.Sequence == 3)
                break;
        }

        lifetime.StopApplication();
    }
}
