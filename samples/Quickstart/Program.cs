using Akka.Actor;
using Quickstart;
using Spectre.Console;

// dotnet run --project samples/Quickstart                                    a simulated exchange, in process
// dotnet run --project samples/Quickstart -- --venue Okx                     the market data of another one: Okx, Binance, Deribit
// dotnet run --project samples/Quickstart -- --capture FILE                  replays a recording instead
// dotnet run --project samples/Quickstart -- --url wss://… --topic … [...]   talks to a live venue instead
if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine("usage: Quickstart [--venue VENUE | --capture FILE | --url wss://HOST/PATH --topic TOPIC [--topic TOPIC]... [--seconds N]]");
    return 2;
}

var screen = Screen.Create();
using var system = ActorSystem.Create("quickstart", "akka { loglevel = WARNING, log-dead-letters = off }");
using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(arguments.Url is null ? 60 : arguments.Seconds + 20));
try
{
    var verdict = arguments switch
    {
        { Capture: { } capture } => await CaptureRun.RunAsync(screen, system, capture, deadline.Token),
        { Url: { } url } => await LiveRun.RunAsync(screen, system, url, arguments.Topics, TimeSpan.FromSeconds(arguments.Seconds), deadline.Token),
        { Venue: { } venue } => await FeedRun.RunAsync(screen, system, venue, deadline.Token),
        _ => await SimulatedRun.RunAsync(screen, system, deadline.Token),
    };
    screen.Write(verdict.ToTable());
    screen.WriteLine(verdict.Passed ? "passed" : "FAILED: see the lines above", new Style(verdict.Passed ? Color.Green : Color.Red));
    return verdict.ExitCode;
}
catch (OperationCanceledException) when (deadline.IsCancellationRequested)
{
    Console.Error.WriteLine("failed: it took too long");
    return 1;
}
catch (Exception e)
{
    Console.Error.WriteLine($"failed: {e.Message}");
    return 1;
}
finally
{
    await system.Terminate();
}
