using System.Diagnostics;

namespace AkkaWs.Interop.Tests;

/// <summary>Programs that tests need and that may be missing.</summary>
internal static class Tool
{
    /// <summary>Where npm puts what it installs for these tests: beside their output.</summary>
    public static string NodeFolder { get; } = Path.Combine(AppContext.BaseDirectory, "npm");

    /// <summary>Where npm puts the exchanges' clients that others wrote.</summary>
    public static string VenueClientsFolder { get; } = Path.Combine(AppContext.BaseDirectory, "npm-venues");

    private static readonly Lazy<string?> NpmWsProblem = new(() => Install(NodeFolder, "ws@8"));
    private static readonly Lazy<string?> VenueClientsProblem = new(() => Install(VenueClientsFolder, "bybit-api@4.7", "okx-api@3.2"));

    /// <summary>Why npm's bybit-api and okx-api cannot be used; null when they can.</summary>
    public static string? MissingVenueClients => VenueClientsProblem.Value;

    /// <summary>Why npm's ws cannot be used; null when it can.</summary>
    public static string? MissingNpmWs => NpmWsProblem.Value;

    /// <summary>Why nginx, with npm's ws behind it, cannot be used; null when it can.</summary>
    public static string? MissingNginx => Find("nginx") is null ? "nginx is not installed (apt-get install nginx)." : MissingNpmWs;

    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public static Process Start(string program, IEnumerable<string> arguments, string? folder = null) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = folder ?? "",
    })!;

    private static string? Install(string folder, params string[] packages)
    {
        if (Find("npm") is not { } npm || Find("node") is null)
            return "node and npm are not installed.";
        if (Array.TrueForAll(packages, package => Directory.Exists(Path.Combine(folder, "node_modules", package.Split('@')[0]))))
            return null;
        Directory.CreateDirectory(folder);
        using var install = Start(npm, ["install", "--no-audit", "--no-fund", "--silent", "--prefix", folder, .. packages], folder);
        var error = install.StandardError.ReadToEndAsync();
        var ended = install.WaitForExit(TimeSpan.FromMinutes(2));
        if (!ended)
            install.Kill(entireProcessTree: true);
        return ended && install.ExitCode == 0
            ? null
            : $"npm could not install {string.Join(" and ", packages)}: {(ended ? error.Result.Trim() : "no answer within two minutes")}";
    }
}

/// <summary>A test against npm's ws; skipped with the reason when that cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmWsFactAttribute : FactAttribute
{
    public NpmWsFactAttribute() => Skip = Tool.MissingNpmWs;
}

/// <summary>A test against npm's ws; skipped with the reason when that cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmWsTheoryAttribute : TheoryAttribute
{
    public NpmWsTheoryAttribute() => Skip = Tool.MissingNpmWs;
}

/// <summary>A test with npm's bybit-api and okx-api; skipped with the reason when they cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VenueClientsFactAttribute : FactAttribute
{
    public VenueClientsFactAttribute() => Skip = Tool.MissingVenueClients;
}

/// <summary>A test against nginx; skipped with the reason when it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NginxFactAttribute : FactAttribute
{
    public NginxFactAttribute() => Skip = Tool.MissingNginx;
}
