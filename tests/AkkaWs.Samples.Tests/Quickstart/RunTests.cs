using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Testing;
using AkkaWs.TestSupport;
using Quickstart;
using Spectre.Console.Testing;

namespace AkkaWs.Samples.Tests.Quickstart;

/// <summary>The quickstart as it is run, against the simulator.</summary>
public sealed class RunTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("quickstart", TestHocon.Below("akka { loglevel = ERROR, log-dead-letters = off }"));
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public async Task The_simulated_run_passes_and_fits_the_terminal(int columns)
    {
        using var screen = Plain(columns);

        var verdict = await SimulatedRun.RunAsync(screen, _system, _deadline.Token, seconds: 1);

        Assert.All(verdict.Checks, check => Assert.True(check.Holds, $"{check.Subject}: {check.Finding}"));
        Assert.Equal(["updates", "order", "requests", "recovery", "messages", "latency"], verdict.Checks.Select(check => check.Subject));
        Assert.All(screen.Lines, line => Assert.InRange(line.Length, 0, columns));
        Assert.All(["Filled at", "New", "Cancelled", "loss noticed", "Ready"], word => Assert.Contains(word, screen.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_live_run_shows_and_checks_its_topics_in_the_same_form()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Seed = 1, UpdatesPerSecond = 500 }, _deadline.Token);
        using var screen = Plain(80);

        var verdict = await LiveRun.RunAsync(screen, _system, exchange.Url, ["orderbook.50.BTCUSDT", "publicTrade.ETHUSDT"], TimeSpan.FromSeconds(1), _deadline.Token);

        Assert.All(verdict.Checks, check => Assert.True(check.Holds, $"{check.Subject}: {check.Finding}"));
        Assert.Contains("orderbook.50.BTCUSDT", screen.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Piped_output_has_no_control_characters_and_fits_80_columns()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");
        await File.WriteAllLinesAsync(file, ["""{"dir":"in","url":"wss://venue/","msg":{"topic":"a","n":1}}""", """{"dir":"in","url":"wss://venue/","msg":{"topic":"a","n":2}}"""]);
        try
        {
            var start = new ProcessStartInfo("dotnet", [typeof(Screen).Assembly.Location, "--capture", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["GITHUB_ACTIONS"] = "true"; // where a console library likes to take pipes for terminals
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(_deadline.Token);
            var output = await process.StandardOutput.ReadToEndAsync(_deadline.Token);
            await process.WaitForExitAsync(_deadline.Token);

            Assert.Equal("", await errors);
            Assert.Equal(0, process.ExitCode);
            Assert.Contains("2 of 2 recorded messages", output, StringComparison.Ordinal);
            Assert.DoesNotContain(output, character => char.IsControl(character) && character is not ('\n' or '\r'));
            Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 81));
        }
        finally
        {
            File.Delete(file);
        }
    }

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
