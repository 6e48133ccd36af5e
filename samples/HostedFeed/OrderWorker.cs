using System.Text.Json;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HostedFeed;

/// <summary>Places an order each second on the private connection.</summary>
internal sealed class OrderWorker([FromKeyedServices("private")] WebSocketClient client, Venue venue, FeedTally tally) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = new RequestSettings { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromSeconds(1)) };
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            try
            {
                await client.RequestAsync<object, JsonElement>(venue.Order, settings, stoppingToken);
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
