namespace AkkaWs.Interop.Tests;

/// <summary>Packages of npm's that tests need and that may be missing; installed once, in a folder of their own beside the tests' output.</summary>
internal sealed class NpmPackage(string folder, params string[] packages)
{
    public static readonly NpmPackage Ws = new("npm", "ws@8");
    public static readonly NpmPackage VenueClients = new("npm-venues", "bybit-api@4.7", "okx-api@3.2", "binance@3.6");
    public static readonly NpmPackage Ccxt = new("npm-ccxt", "ccxt@4.5");
    public static readonly NpmPackage RpcWebSockets = new("npm-rpc-websockets", "rpc-websockets@10");
    public static readonly NpmPackage Ganache = new("npm-ganache", "ganache@7");

    // Where no registry answers, the tests are to be skipped soon: npm's own patience is minutes for each package.
    private static readonly string[] Install = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000"];
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);

    private readonly Lazy<string?> _problem = new(() => Problem(FolderOf(folder), packages));

    /// <summary>Why they cannot be used; null when they can.</summary>
    public string? Missing => _problem.Value;

    /// <summary>Where scripts must lie that use them.</summary>
    public string Folder => FolderOf(folder);

    /// <summary>A copy of a script that lies where it finds the packages: one of its own for each that runs, since tests run at the same time.</summary>
    /// <param name="parts">Where the script is, from the tests' output on.</param>
    public string CopyScript(params ReadOnlySpan<string> parts)
    {
        var copy = Path.Combine(Folder, $"{Guid.NewGuid():N}-{parts[^1]}");
        File.Copy(Path.Combine([AppContext.BaseDirectory, .. parts]), copy);
        return copy;
    }

    private static string FolderOf(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static string? Problem(string folder, string[] packages)
    {
        if (Tool.Find("npm") is not { } npm || Tool.Find("node") is null)
            return "node and npm are not installed.";
        // Says what is here, since the list may have grown since the last run.
        var (installed, wanted) = (Path.Combine(folder, "installed"), string.Join(' ', packages));
        if (File.Exists(installed) && File.ReadAllText(installed) == wanted)
            return null;
        Directory.CreateDirectory(folder);
        using var install = Tool.Start(npm, [.. Install, "--prefix", folder, .. packages], folder);
        var output = install.StandardOutput.ReadToEndAsync();
        var error = install.StandardError.ReadToEndAsync();
        var ended = install.WaitForExit(InstallLimit);
        if (!ended)
            install.Kill(entireProcessTree: true);
        if (!ended || install.ExitCode != 0)
            return $"npm could not install {string.Join(" and ", packages)}: {(ended ? error.Result.Trim() : $"no answer within {InstallLimit}")}";
        File.WriteAllText(installed, wanted);
        return null;
    }
}

/// <summary>A test against npm's rpc-websockets; skipped with the reason when that cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RpcWebSocketsFactAttribute : FactAttribute
{
    public RpcWebSocketsFactAttribute() => Skip = NpmPackage.RpcWebSockets.Missing;
}

/// <summary>A test against npm's ganache; skipped with the reason when that cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GanacheFactAttribute : FactAttribute
{
    public GanacheFactAttribute() => Skip = NpmPackage.Ganache.Missing;
}
