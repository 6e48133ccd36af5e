using System.Diagnostics;
using System.Text;

namespace AkkaWs.PackageTests;

/// <summary>What a command printed, and the code it ended with.</summary>
internal sealed record Outcome(int ExitCode, string Output)
{
    public string Succeeded() => ExitCode == 0 ? Output : throw new InvalidOperationException($"exit code {ExitCode}:\n{Output}");
}

/// <summary>A process with its output. Disposing of it ends it, and what it started.</summary>
internal sealed class Command : IAsyncDisposable
{
    // Restoring and building on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LinePatience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private Command(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts <c>dotnet</c> without what the surrounding test run put into the environment for its own MSBuild.</summary>
    public static Command Dotnet(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Command(new Process { StartInfo = start });
    }

    public static async Task<Outcome> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using var command = Dotnet(folder, environment, arguments);
        return await command.EndAsync();
    }

    /// <summary>The next line of its output that starts so; lines between, such as its log's, are passed over. Fails where none comes.</summary>
    public async Task<string> ReadLineAsync(string start)
    {
        using var limit = new CancellationTokenSource(LinePatience);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"ended without a line that starts with {start}\n{_errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<Outcome> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var output = await _process.StandardOutput.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return new Outcome(_process.ExitCode, output + _errors);
    }
}
