using Akka.Actor;
using Quickstart;

// dotnet run --project samples/Quickstart                                    a simulated exchange, in process
// dotnet run --project samples/Quickstart -- --capture FILE                  replays a recording instead
// dotnet run --project samples/Quickstart -- --url wss://… --topic … [...]   talks to a live venue instead
if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine("usage: Quickstart [--capture FILE] | [--url wss://HOST/PATH --topic TOPIC [--topic TOPIC]... [--seconds N]]");
    return 2;
}

using var system = ActorSystem.Create("quickstart", "akka { loglevel = WARNING, log-dead-letters = off }");
using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(arguments.Url is null ? 20 : arguments.Seconds + 20));
try
{
    var passed = arguments switch
    {
        { Capture: { } capture } => await CaptureRun.RunAsync(system, capture, deadline.Token),
        { Url: { } url } => await LiveRun.RunAsync(system, url, arguments.Topics, TimeSpan.FromSeconds(arguments.Seconds), deadline.Token),
        _ => await SimulatedRun.RunAsync(system, deadline.Token),
    };
    return passed ? 0 : 1;
}
catch (Exception e)
{
    Console.Error.WriteLine($"\nfailed: {e.Message}");
    return 1;
}
finally
{
    await system.Terminate();
}
