using System.Diagnostics;
using System.Globalization;

namespace AkkaWs.Interop.Tests;

/// <summary>npm's ws behind a network link of its own that can be cut without either side being told.</summary>
public sealed class Link : IAsyncLifetime
{
    private static readonly Lazy<string?> Problem = new(() => Probe("ip", "iproute2", 0, "up"));
    private static readonly Lazy<string?> FilterProblem = new(() => Problem.Value ?? Probe("nft", "nftables", 1, "up", "filter"));

    private static int _made;

    // Interface names are at most 15 characters, and the addresses must not meet those of a run beside this one.
    private readonly int _number = 2 + ((Environment.ProcessId + Interlocked.Increment(ref _made)) % 250);
    private Process? _node;
    private int _port;

    /// <summary>Why no link can be made; null when it can.</summary>
    public static string? Missing => NpmPackage.Ws.Missing ?? Problem.Value;

    /// <summary>Why its packets cannot be filtered; null when they can.</summary>
    public static string? MissingFilter => Missing ?? FilterProblem.Value;

    private string Name => $"akw{_number}";

    public Uri Url(string path) => new($"ws://10.213.{_number}.2:{_port}/{path}");

    public void Cut() => Require("cut", Name, _number);

    public void Mend() => Require("mend", Name, _number);

    /// <summary>Every packet vanishes from now on, and both sides believe in the link.</summary>
    public void Swallow() => Require("swallow", Name, _number);

    /// <summary>One of ten packets vanishes, either way.</summary>
    public void Lose() => Require("lose", Name, _number);

    /// <summary>Every packet is answered by a reset.</summary>
    public void Reset() => Require("reset", Name, _number);

    /// <summary>Ends the one of these three that was begun.</summary>
    public void Pass() => Require("pass", Name, _number);

    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        Require("up", Name, _number);
        var script = NpmPackage.Ws.CopyScript("Servers", "ws-server.js");
        _node = Tool.Start(Tool.Find("ip")!, ["netns", "exec", Name, Tool.Find("node")!, script, "0.0.0.0"]);
        _port = int.Parse((await _node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)))!, CultureInfo.InvariantCulture);
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            _node.StandardInput.Close();
            await _node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
            _node.Dispose();
        }

        if (Missing is null)
            Require("down", Name, _number);
    }

    // A number for each probe: what the one before took down may still be going.
    private static string? Probe(string program, string package, int number, params string[] actions)
    {
        if (Tool.Find(program) is null)
            return $"{program} is not installed (apt-get install {package}).";
        var name = $"akwp{number}{Environment.ProcessId % 1_000_000}";
        var error = actions.Select(action => Run(action, name, number)).FirstOrDefault(problem => problem is not null);
        Run("down", name, number);
        return error is null ? null : $"network namespaces with {program} are not allowed here: {error}";
    }

    private static void Require(string action, string name, int number)
    {
        if (Run(action, name, number) is { } error)
            throw new InvalidOperationException(error);
    }

    private static string? Run(string action, string name, int number)
    {
        using var script = Tool.Start("/bin/sh", [Path.Combine(AppContext.BaseDirectory, "Servers", "link.sh"), action, name, number.ToString(CultureInfo.InvariantCulture)]);
        var error = script.StandardError.ReadToEnd();
        script.WaitForExit();
        return script.ExitCode == 0 ? null : error.Trim();
    }
}

/// <summary>A test over a link that can be cut; skipped with the reason when the rights do not allow one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinkFactAttribute : FactAttribute
{
    public LinkFactAttribute() => Skip = Link.Missing;
}

/// <summary>A test over a link whose packets are filtered; skipped with the reason when the rights do not allow that.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FilteredLinkFactAttribute : FactAttribute
{
    public FilteredLinkFactAttribute() => Skip = Link.MissingFilter;
}
