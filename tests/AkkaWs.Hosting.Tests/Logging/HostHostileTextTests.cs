using System.Net.WebSockets;
using Akka.Actor;
using Akka.Hosting;
using AkkaWs.Errors;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting.Tests.Logging;

/// <summary>A server's words and a handler's exceptions that forge lines are sent to a hosted connection, and all that the host shows is read.</summary>
public sealed class HostHostileTextTests : HostTest
{
    private const string Mark = "FORGED";
    private const string Forging = "\r\n2026-01-01 [ERROR] FORGED\u001b[2J\u001b]0;x\a\u0085\u2028\u202e";

    // Akka.NET writes an exception with its causes and stacks into the text of its lines.
    private const int LongestLine = 4_096;
    private const int LongestWithCauses = 32_768;

    private static readonly string Hostile = Forging + new string('x', 2_000_000);

    [Fact]
    public async Task A_close_reason_forges_nothing_in_a_host()
    {
        var (host, exits) = await StartAsync(new LineProtocol());
        using var disposed = exits;
        await Server.Connection.CloseAsync((WebSocketCloseStatus)4000, Forging, Ct);
        await UntilReadyAgainAsync(ClientOf(host, "feed"), after: 1);

        var report = await ReportAsync(host);

        Assert.Contains(Mark, $"{report.Data["cause"]}", StringComparison.Ordinal);
        await AssertFitAsync(exits, report);
    }

    [Fact]
    public async Task A_refused_login_forges_nothing_in_a_host()
    {
        Server.LoginRejection = Hostile;
        var (host, exits) = await StartAsync(new LineProtocol { Authenticates = true });
        using var disposed = exits;
        await Log.WithIdAsync(1022, Ct);

        var report = await ReportAsync(host);

        Assert.Contains(Mark, report.Description, StringComparison.Ordinal);
        await AssertFitAsync(exits, report);
    }

    [Fact]
    public async Task A_crash_forges_nothing_in_a_host()
    {
        var crashes = 0;
        var (host, exits) = await StartAsync(new LineProtocol { FailSubscribe = () => Interlocked.Increment(ref crashes) == 1 ? new FormatException(Hostile, new FormatException(Hostile)) : null });
        using var disposed = exits;
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        try
        {
            await client.SubscribeAsync("a", Ct);
        }
        catch (WebSocketClientException e)
        {
            exits.Say(e);
        }

        await Log.WhichAsync(line => $"{line.Exception}".Contains(Mark, StringComparison.Ordinal), Ct);
        await Log.WhichAsync(line => line.Category == HostLog.Category && line.Text.Contains(Mark, StringComparison.Ordinal), Ct);
        await AssertFitAsync(exits, await ReportAsync(host));
    }

    private async Task<(IHost Host, Exits Exits)> StartAsync(LineProtocol protocol)
    {
        var host = await StartAsync(
            akka =>
            {
                akka.ConfigureLoggers(loggers => loggers.AddLoggerFactory());
                akka.WithWebSocket("feed", ws => ws.Url(Server.Url).Protocol(_ => protocol));
            },
            builder =>
            {
                // What the framework logs of health data at Debug is a list of lines.
                builder.Logging.SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.Information);
                builder.Services.AddHealthChecks().AddAkkaWs();
            });
        return (host, new Exits(host.Services.GetRequiredService<ActorSystem>(), "feed"));
    }

    private async Task<HealthReportEntry> ReportAsync(IHost host) =>
        Assert.Single((await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct)).Entries).Value;

    private async Task AssertFitAsync(Exits exits, HealthReportEntry report)
    {
        exits.Say(report.Description, report.Exception, report.Data);
        await exits.CloseAsync(TimeSpan.FromSeconds(30));
        foreach (var line in Log.Lines)
            exits.Say([line.Text, line.Exception, .. line.Values.Select(value => value.Value), .. line.Scope.Select(value => value.Value)]);

        Assert.Contains(Log.Lines, line => line.Category == HostLog.Category && line.ToString().Contains(Mark, StringComparison.Ordinal));
        Assert.All(Log.Lines, line => Assert.InRange(line.Text.Length, 1, line.Category == HostLog.Category ? LongestLine : LongestWithCauses));
        Assert.All(exits.Said, text => Assert.Null(Exits.UnfitLineOf(text)));
    }
}
