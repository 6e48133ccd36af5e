using System.Diagnostics;
using System.Globalization;

namespace AkkaWs.Interop.Tests;

/// <summary>npm's ws behind a network link of its own that can be cut without either side being told.</summary>
public sealed class Link : IAsyncLifetime
{
    private static readonly Lazy<string?> Problem = new(Probe);

    // Interface names are at most 15 characters, and the addresses must not meet those of a run beside this one.
    private readonly int _number = 2 + (Environment.ProcessId % 250);
    private Process? _node;
    private int _port;

    /// <summary>Why no link can be made; null when it can.</summary>
    public static string? Missing => Tool.MissingNpmWs ?? Problem.Value;

    private string Name => $"akw{_number}";

    public Uri Url(string path) => new($"ws://10.213.{_number}.2:{_port}/{path}");

    public void Cut() => Require("cut", Name, _number);

    public void Mend() => Require("mend", Name, _number);

    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        Require("up", Name, _number);
        var script = Path.Combine(Tool.NodeFolder, "ws-server-link.js");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Servers", "ws-server.js"), script, overwrite: true);
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

    private static string? Probe()
    {
        if (Tool.Find("ip") is null)
            return "ip is not installed (apt-get install iproute2).";
        var error = Run("up", "akwprobe", 1);
        Run("down", "akwprobe", 1);
        return error is null ? null : $"network namespaces are not allowed here: {error}";
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
