using System.Diagnostics;

namespace AkkaWs.Interop.Tests;

/// <summary>Programs that tests need and that may be missing.</summary>
internal static class Tool
{
    /// <summary>Why nginx, with npm's ws behind it, cannot be used; null when it can.</summary>
    public static string? MissingNginx => Find("nginx") is null ? "nginx is not installed (apt-get install nginx)." : NpmPackage.Ws.Missing;

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
}

/// <summary>A test against npm's ws; skipped with the reason when that cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmWsFactAttribute : FactAttribute
{
    public NpmWsFactAttribute() => Skip = NpmPackage.Ws.Missing;
}

/// <summary>A test against npm's ws; skipped with the reason when that cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmWsTheoryAttribute : TheoryAttribute
{
    public NpmWsTheoryAttribute() => Skip = NpmPackage.Ws.Missing;
}

/// <summary>A test with npm's bybit-api, okx-api and binance; skipped with the reason when they cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VenueClientsFactAttribute : FactAttribute
{
    public VenueClientsFactAttribute() => Skip = NpmPackage.VenueClients.Missing;
}

/// <summary>A test with npm's bybit-api, okx-api and binance; skipped with the reason when they cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VenueClientsTheoryAttribute : TheoryAttribute
{
    public VenueClientsTheoryAttribute() => Skip = NpmPackage.VenueClients.Missing;
}

/// <summary>A test with npm's ccxt; skipped with the reason when that cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CcxtTheoryAttribute : TheoryAttribute
{
    public CcxtTheoryAttribute() => Skip = NpmPackage.Ccxt.Missing;
}

/// <summary>A test against nginx; skipped with the reason when it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NginxFactAttribute : FactAttribute
{
    public NginxFactAttribute() => Skip = Tool.MissingNginx;
}
