using System.Globalization;
using Akka.Hosting;
using AkkaWs.Exchanges;
using AkkaWs.Hosting;
using AkkaWs.Testing;
using HostedFeed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

// dotnet run --project samples/HostedFeed [-- [SECONDS] [--Venue Bybit|Okx|Binance|Deribit]]
// A worker with two connections to a simulated exchange, by default for 15 s; appsettings.json names the exchange, too.
var run = TimeSpan.FromSeconds(args is [var text, ..] && double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) ? seconds : 15);
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseUrls("http://127.0.0.1:0");

var exchangeOptions = new ExchangeSimulatorOptions { Venue = builder.Configuration.GetValue<ExchangeVenue>("Venue"), Seed = 42, UpdatesPerSecond = 400 };
await using var exchange = await ExchangeSimulator.StartAsync(exchangeOptions);
var venue = Venue.Of(exchangeOptions.Venue);
var rest = new Uri($"http://{exchange.Url.Authority}");
builder.Configuration["AkkaWs:Connections:public:Url"] = exchange.Url.ToString();
builder.Configuration["AkkaWs:Connections:private:Url"] = new Uri(exchange.Url, venue.PrivatePath).ToString();

builder.Services.AddSingleton(CredentialsProvider.Fixed(new ApiCredentials(exchangeOptions.ApiKey, exchangeOptions.ApiSecret, exchangeOptions.ApiPassphrase)));
builder.Services.AddKeyedTransient("public", (_, _) => venue.Public());
builder.Services.AddKeyedTransient("private", (services, _) => venue.Private(services.GetRequiredService<ICredentialsProvider>(), rest));
builder.Services.AddSingleton(venue).AddSingleton<FeedTally>().AddHostedService<OrderWorker>();

builder.Services.AddAkkaWs();
builder.Services.AddAkka("feed", (akka, services) => akka
    .AddHoconFile(Path.Combine(AppContext.BaseDirectory, "feed.conf"), HoconAddMode.Prepend)
    .ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory())
    .WithWebSockets(builder.Configuration.GetSection("AkkaWs"))
    .WithWebSocketKey<PublicFeed>("public")
    .WithActors((system, registry) =>
        system.ActorOf(FeedActor.Props(registry.Get<PublicFeed>(), venue.Topics, services.GetRequiredService<FeedTally>()), "feed")));
builder.Services.AddHealthChecks().AddAkkaWs();
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("AkkaWs").AddPrometheusExporter());

await using var app = builder.Build();
app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthReportWriter.WriteAsync });
app.MapPrometheusScrapingEndpoint("/metrics");
await app.StartAsync();
using var operations = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
Console.WriteLine($"started: both connections to a simulated {exchangeOptions.Venue} are Ready; {app.Urls.First()} serves /health and /metrics\n");

await Task.Delay(run / 2);
var passed = await Operator.LookAsync(operations, "Healthy");
Console.WriteLine("\nthe exchange drops both connections; the log shows what they do about it:");
await exchange.DropAllAsync();
await Task.Delay(run / 2);
Console.WriteLine();
await Operator.UntilAsync(operations, "Healthy");
passed &= await Operator.LookAsync(operations, "Healthy");

var tally = app.Services.GetRequiredService<FeedTally>();
await app.StopAsync();
Console.WriteLine($"\nstopped: {tally.Updates:N0} updates, {tally.Interruptions} interruptions, {tally.Orders} orders placed");
return passed && tally is { Updates: > 0, Interruptions: > 0, Orders: > 0 } ? 0 : 1;
