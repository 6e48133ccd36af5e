using System.Diagnostics;
using System.Globalization;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;
using AkkaWs.Client;
using AkkaWs.Options;
using AkkaWs.Protocol;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>The body of a fresh process: prints how long its first connection took to be Ready, without and with the actor system's start, in ms.</summary>
internal static class ColdConnect
{
    public const string Command = "connect-cold";

    public static async Task<int> RunAsync(string url)
    {
        var started = Stopwatch.GetTimestamp();
        var system = Fleet.NewSystem();
        var options = new WebSocketClientOptions { Name = "cold", Url = new Uri(url) };
        var handler = new GenericJsonHandler(new GenericJsonOptions());
        var asked = Stopwatch.GetTimestamp();
        await WebSocketClient.ConnectAsync(system, options, handler);
        var ready = Stopwatch.GetTimestamp();
        await system.Terminate();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(asked, ready).TotalMilliseconds} {Stopwatch.GetElapsedTime(started, ready).TotalMilliseconds}"));
        return 0;
    }
}

/// <summary>Starts a fresh process in each round and takes what it prints; ms.</summary>
internal sealed class ColdConnectContender(BlasterProcess blaster) : IContender
{
    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var url = (await blaster.VenueAsync())[0];
        using var process = OwnProcess.Start(ColdConnect.Command, url.AbsoluteUri);
        try
        {
            var figures = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The fresh process did not connect.");
            await process.WaitForExitAsync(cancellationToken);
            return Array.ConvertAll(figures.Split(' '), word => double.Parse(word, CultureInfo.InvariantCulture));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
