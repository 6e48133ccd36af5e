using System.Diagnostics;

namespace AkkaWs.Benchmarks;

/// <summary>This executable, started again.</summary>
internal static class OwnProcess
{
    public static Process Start(params ReadOnlySpan<string> arguments)
    {
        var host = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is unknown: it cannot be started again.");
        var start = new ProcessStartInfo(host) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
            start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{host} did not start.");
    }
}
