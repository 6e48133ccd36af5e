using System.Diagnostics;
using System.Text.RegularExpressions;
using AkkaWs.Testing;
using HostedFeed;

namespace AkkaWs.Samples.Tests.HostedFeed;

/// <summary>The hosted feed as it is run, for a moment, against each exchange that the simulator can be.</summary>
public sealed partial class RunTests : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));

    [Theory]
    [InlineData(ExchangeVenue.Bybit)]
    [InlineData(ExchangeVenue.Okx)]
    [InlineData(ExchangeVenue.Binance)]
    [InlineData(ExchangeVenue.Deribit)]
    public async Task It_receives_orders_and_recovers_on_each_exchange(ExchangeVenue venue)
    {
        var (code, output) = await RunAsync("2", "--Venue", venue.ToString());

        Assert.True(code == 0, output);
        Assert.Contains($"simulated {venue} ", output, StringComparison.Ordinal);
        Assert.Matches(LastLine(), output);
    }

    [Fact]
    public async Task It_is_Bybit_where_nothing_else_is_said()
    {
        var (code, output) = await RunAsync("2");

        Assert.True(code == 0, output);
        Assert.Contains($"simulated {ExchangeVenue.Bybit} ", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Venue).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(_deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(_deadline.Token);
        await process.WaitForExitAsync(_deadline.Token);
        return (process.ExitCode, output + await errors);
    }

    [GeneratedRegex(@"stopped: [1-9][\d,]* updates, [1-9]\d* interruptions, [1-9]\d* orders placed\s*$")]
    private static partial Regex LastLine();

    public void Dispose() => _deadline.Dispose();
}
