using AkkaWs.Benchmarks;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Charting;
using AkkaWs.Benchmarks.Sessions;

// Hidden commands: the server of every table is this executable, started again in its own process.
if (args is ["blaster"])
    return BlasterServer.Run();

// … and a client whose process is fresh.
if (args is [ColdConnect.Command, var url])
    return await ColdConnect.RunAsync(url);

// Draws what was measured before.
if (args is [ChartCommand.Name, var json, var svg])
    return ChartCommand.Run(json, svg);

return await Benchmark.RunAsync(args);
