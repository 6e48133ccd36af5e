using System.Diagnostics;
using System.Globalization;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Against;

/// <summary>A build of this program, run through its command line alone: whatever its age, it writes its figures as JSON.</summary>
internal sealed class Build
{
    private const string Program = "AkkaWs.Benchmarks";

    // A build that hangs ends its rows.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly string _file;

    private Build(string file) => _file = file;

    /// <summary>The one that runs now.</summary>
    public static Build Own { get; } = In(AppContext.BaseDirectory);

    /// <exception cref="UsageException">The folder holds no build.</exception>
    public static Build In(string folder)
    {
        string[] names = [Program, $"{Program}.exe", $"{Program}.dll"];
        var file = names.Select(name => Path.GetFullPath(Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        return new Build(file ?? throw new UsageException($"'{folder}' holds no published build: neither {string.Join(" nor ", names)}."));
    }

    /// <summary>Measures rows of a command in a process of its own.</summary>
    public async Task<IReadOnlyDictionary<string, RowResult>> RunAsync(string command, IEnumerable<string> rows, int rounds, TimeSpan duration)
    {
        var json = Path.GetTempFileName();
        try
        {
            await RunAsync(
            [
                command, .. rows, "--json", json, "--rounds", rounds.ToString(CultureInfo.InvariantCulture),
                "--seconds", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ]);
            return (await Report.ReadJsonAsync(json)).ToDictionary(row => row.Name);
        }
        finally
        {
            File.Delete(json);
        }
    }

    private async Task RunAsync(IEnumerable<string> arguments)
    {
        using var process = Process.Start(StartInfo(arguments)) ?? throw new InvalidOperationException($"{_file} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{_file} {string.Join(' ', arguments)} did not end within {Patience.TotalMinutes:F0} min.", e);
        }

        await output;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{_file} {string.Join(' ', arguments)} ended with {process.ExitCode}:{Environment.NewLine}{await errors}");
    }

    private ProcessStartInfo StartInfo(IEnumerable<string> arguments) => _file.EndsWith(".dll", StringComparison.Ordinal)
        ? Redirected("dotnet", [_file, .. arguments])
        : Redirected(_file, arguments);

    private static ProcessStartInfo Redirected(string file, IEnumerable<string> arguments) =>
        new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
}
