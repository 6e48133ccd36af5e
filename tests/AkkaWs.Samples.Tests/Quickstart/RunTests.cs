using System.Diagnostics;
using System.Text.RegularExpressions;
using Akka.Actor;
using AkkaWs.Testing;
using AkkaWs.TestSupport;
using Quickstart;
using Spectre.Console.Testing;

namespace AkkaWs.Samples.Tests.Quickstart;

/// <summary>The quickstart as it is run, against the simulator.</summary>
public sealed partial class RunTests : IDisposable
{
    // Far wider than anything that is shown: a console of 80 columns would break what is too long, and every line would fit.
    private const int Unlimited = 500;

    private readonly ActorSystem _system = ActorSystem.Create("quickstart", TestHocon.Below("akka { loglevel = ERROR, log-dead-letters = off }"));
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));

    [Fact]
    public async Task The_simulated_run_passes_and_fits_a_terminal_of_80_columns()
    {
        using var screen = Plain(Unlimited);

        var verdict = await SimulatedRun.RunAsync(screen, _system, _deadline.Token, seconds: 1);
        screen.Write(verdict.ToTable());

        Assert.All(verdict.Checks, check => Assert.True(check.Holds, $"{check.Subject}: {check.Finding}"));
        Assert.Equal(["updates", "order", "requests", "recovery", "messages", "latency"], verdict.Checks.Select(check => check.Subject));
        Assert.All(screen.Lines, line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.All(["Filled at", "New", "Cancelled", "loss noticed", "Ready"], word => Assert.Contains(word, screen.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ExchangeVenue.Bybit)]
    [InlineData(ExchangeVenue.Okx)]
    [InlineData(ExchangeVenue.Binance)]
    [InlineData(ExchangeVenue.Deribit)]
    public async Task The_run_of_each_venues_market_data_passes_and_fits_a_terminal_of_80_columns(ExchangeVenue venue)
    {
        using var screen = Plain(Unlimited);

        var verdict = await FeedRun.RunAsync(screen, _system, venue, _deadline.Token, seconds: 1);

        Assert.All(verdict.Checks, check => Assert.True(check.Holds, $"{check.Subject}: {check.Finding}"));
        Assert.Equal(["updates", "order", "recovery", "messages", "latency"], verdict.Checks.Select(check => check.Subject));
        Assert.All(screen.Lines, line => Assert.InRange(line.TrimEnd().Length, 0, 80));
    }

    [Fact]
    public async Task A_live_run_shows_and_checks_its_topics_in_the_same_form()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Seed = 1, UpdatesPerSecond = 500 }, _deadline.Token);
        using var screen = Plain(Unlimited);

        var verdict = await LiveRun.RunAsync(screen, _system, exchange.Url, ["orderbook.50.BTCUSDT", "publicTrade.ETHUSDT"], TimeSpan.FromSeconds(1), _deadline.Token);

        Assert.All(verdict.Checks, check => Assert.True(check.Holds, $"{check.Subject}: {check.Finding}"));
        Assert.Contains("orderbook.50.BTCUSDT", screen.Output, StringComparison.Ordinal);
        Assert.All(screen.Lines, line => Assert.InRange(line.TrimEnd().Length, 0, 80));
    }

    [Fact]
    public async Task The_piped_run_passes_in_whole_lines_without_control_characters()
    {
        var lines = await PipeAsync();

        Assert.Contains(lines, line => ConnectedLine().IsMatch(line));
        Assert.Contains("subscribed to 6 market topics and to our orders; the exchange confirmed each", lines);
        Assert.All(["updates", "order", "requests", "recovery", "messages", "latency"], subject => Assert.Contains(lines, line => line.Contains($" {subject} ", StringComparison.Ordinal)));
        Assert.Equal("passed", lines[^1]);
    }

    [Fact]
    public async Task The_piped_replay_of_a_recording_passes_in_whole_lines_without_control_characters()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");
        await File.WriteAllLinesAsync(file, ["""{"dir":"in","url":"wss://venue/","msg":{"topic":"a","n":1}}""", """{"dir":"in","url":"wss://venue/","msg":{"topic":"a","n":2}}"""]);
        try
        {
            var lines = await PipeAsync("--capture", file);

            Assert.Contains($"starting: reading {Path.GetFileName(file)} ... 2 recorded messages", lines);
            Assert.Contains(lines, line => line.Contains("2 of 2 recorded messages", StringComparison.Ordinal));
            Assert.Equal("passed", lines[^1]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The lines of a run that must succeed, through a pipe.</summary>
    private async Task<IReadOnlyList<string>> PipeAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Screen).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GITHUB_ACTIONS"] = "true"; // where a console library likes to take pipes for terminals
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(_deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(_deadline.Token);
        await process.WaitForExitAsync(_deadline.Token);

        Assert.Equal("", await errors);
        Assert.True(process.ExitCode == 0, output);
        Assert.DoesNotContain(output, character => char.IsControl(character) && character is not ('\n' or '\r'));
        return [.. output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
    }

    [GeneratedRegex(@"^connected to a simulated exchange on 127\.0\.0\.1:\d+ and logged in, in \S+ \S+$")]
    private static partial Regex ConnectedLine();

    private static TestConsole Plain(int columns)
    {
        var console = new TestConsole().Width(columns);
        console.Profile.Capabilities.Ansi = false;
        return console;
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _system.Dispose();
    }
}
