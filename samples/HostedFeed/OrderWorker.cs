using System.Text.Json;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HostedFeed;

/// <summary>Places an order each second on the private connection.</summary>
internal sealed class OrderWorker([FromKeyedServices("private")] WebSocketClient client, FeedTally tally) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            var order = new { op = "order.create", args = new[] { new { category = "linear", symbol = "BTCUSDT", side = "Buy", orderType = "Limit", qty = "0.1", price = "30000" } } };
            try
            {
                await client.RequestAsync<object, JsonElement>(order, new RequestSettings { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromSeconds(1)) }, stoppingToken);
                tally.CountOrder();
            }
            catch (WebSocketClientException e)
            {
                Console.WriteLine($"  order: {e.Message}");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
