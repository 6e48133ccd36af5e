namespace AkkaWs.Interop.Tests;

/// <summary>A package of npm's that tests need and that may be missing; installed once, in a folder of its own beside their output.</summary>
internal sealed class NpmPackage(string name, string version)
{
    public static readonly NpmPackage RpcWebSockets = new("rpc-websockets", "10");
    public static readonly NpmPackage Ganache = new("ganache", "7");

    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);

    private readonly Lazy<string?> _problem = new(() => Install(name, version));

    /// <summary>Why it cannot be used; null when it can.</summary>
    public string? Missing => _problem.Value;

    /// <summary>Where scripts must lie that use it.</summary>
    public string Folder => FolderOf(name);

    private static string FolderOf(string name) => Path.Combine(AppContext.BaseDirectory, "npm-" + name);

    private static string? Install(string name, string version)
    {
        if (Tool.Find("npm") is not { } npm || Tool.Find("node") is null)
            return "node and npm are not installed.";
        var folder = FolderOf(name);
        if (File.Exists(Path.Combine(folder, "installed")))
            return null;
        Directory.CreateDirectory(folder);
        using var install = Tool.Start(npm, ["install", "--no-audit", "--no-fund", "--silent", "--prefix", folder, $"{name}@{version}"], folder);
        var output = install.StandardOutput.ReadToEndAsync();
        var error = install.StandardError.ReadToEndAsync();
        var ended = install.WaitForExit(InstallLimit);
        if (!ended)
            install.Kill(entireProcessTree: true);
        if (!ended || install.ExitCode != 0)
            return $"npm could not install {name}: {(ended ? error.Result.Trim() : $"no answer within {InstallLimit}")}";
        File.WriteAllText(Path.Combine(folder, "installed"), output.Result);
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
