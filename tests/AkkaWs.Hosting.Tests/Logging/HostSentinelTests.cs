using System.Net;
using Akka.Hosting;
using AkkaWs.Errors;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting.Tests.Logging;

/// <summary>Secrets are planted wherever a hosted connection is given some, and all that the host's loggers are given is searched: text, fields, scopes, exceptions.</summary>
public sealed class HostSentinelTests : HostTest
{
    private const string Header = "sentinel-header-41d7";
    private const string Query = "sentinel-query-c09e";
    private const string Login = "sentinel-login-8b35";
    private const string Signing = "sentinel-signing-f26a";
    private const string Payload = "sentinel-payload-1e90";

    private const string Offered = "sentinel-offered-5d2b";

    private readonly IConfigurationRoot _settings = Memory.Of();

    [Fact]
    public async Task No_secret_reaches_the_hosts_log_of_a_connection_that_lives_reconnects_and_is_reconfigured()
    {
        var host = await StartAsync(Planted(() => $"auth|{Login}"), Everything);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        await using var updates = await client.SubscribeAsync("a", Ct);
        await Server.Connection.SendTextAsync($$"""U|a|{"token":"{{Payload}}"}""", Ct);
        await client.RequestRawAsync(new Request(System.Text.Encoding.UTF8.GetBytes($$"""{"apiKey":"{{Payload}}"}""")), Ct);
        await Server.Connection.SendTextAsync($$"""!throw {"secret":"{{Payload}}"}""", Ct);
        await Log.WithIdAsync(1101, Ct);
        Server.Server.RefuseConnections(HttpStatusCode.ServiceUnavailable, times: 2);
        await Server.Server.DropAllAsync();
        await UntilReadyAgainAsync(client, after: 1);
        Change("Headers:X-Other", Header + "2");
        await Log.WithIdAsync(7002, Ct);
        Change("Proxy", $"http://user:{Signing}@proxy.example");
        await Log.WhichAsync(line => line.Id.Id == 7004 && line.ToString().Contains("proxy", StringComparison.Ordinal), Ct);
        _settings["AkkaWs:Connections:feed:Proxy"] = null;
        Change("Url", $"ftp://user:{Query}@example.com/?key={Query}");
        await Log.WhichAsync(line => line.Id.Id == 7004 && line.ToString().Contains("ftp://example.com/", StringComparison.Ordinal), Ct);
        await host.StopAsync(Ct);

        var seen = Server.Server.ConnectionHistory[0];
        Assert.Equal((Header, true), (seen.RequestHeaders["Authorization"], seen.PathAndQuery.Contains(Query, StringComparison.Ordinal)));
        Assert.Equal(Offered, seen.RequestHeaders["Sec-WebSocket-Protocol"]);
        Assert.Contains($"auth|{Login}", Server.Received);
        Assert.Contains(Log.Lines, line => line.Id.Id == 1902);
        AssertSilent();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_secret_reaches_the_hosts_log_of_a_login_that_fails(bool isWritten)
    {
        Server.LoginRejection = "no such key";
        var host = Build(
            Planted(isWritten ? () => $"auth|{Login}" : () => throw new InvalidOperationException($"cannot sign with {Signing}")),
            Everything);
        _settings["AkkaWs:Connections:feed:WaitForReady"] = "on";
        _settings["AkkaWs:Connections:feed:ReadyTimeout"] = "1s";
        _settings["AkkaWs:Connections:feed:Reconnect:MaxRejections"] = "0";

        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => host.StartAsync(Ct));
        await host.StopAsync(Ct);

        Assert.Contains(Log.Lines, line => line.Category == HostLog.Category);
        AssertSilent();
    }

    [Fact]
    public async Task No_secret_reaches_the_log_or_the_report_of_a_health_check()
    {
        Server.Server.RefuseConnections(HttpStatusCode.Forbidden);
        _settings["AkkaWs:Connections:feed:Reconnect:FailFast"] = "on";
        var host = await StartAsync(Planted(() => Login), Everything);
        await UntilAsync(ClientOf(host, "feed"), ConnectionState.Closed);

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);

        var entry = Assert.Single(report.Entries).Value;
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.DoesNotContain("sentinel", $"{entry.Description} {string.Join(' ', entry.Data)} {entry.Exception}", StringComparison.Ordinal);
        AssertSilent();
    }

    [Fact]
    public async Task No_secret_reaches_the_hosts_log_or_its_health_of_a_handler_that_crashes()
    {
        var isFailing = false;
        LineProtocol Create() => new()
        {
            Authenticates = true,
            Login = () => Volatile.Read(ref isFailing) ? throw new InvalidOperationException($"cannot sign with {Signing}") : $"auth|{Login}",
            BeforeEncode = () => throw new FormatException($"cannot encode {{\"apiKey\":\"{Payload}\"}}", new FormatException($"of 'Bearer {Login}'")),
        };
        var host = await StartAsync(PlantedWith(Create), Everything);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);

        var notSent = await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(new Request(System.Text.Encoding.UTF8.GetBytes(Payload)), Ct));
        Volatile.Write(ref isFailing, true);
        await Server.Server.DropAllAsync();
        await Log.WithIdAsync(1013, Ct);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        await host.StopAsync(Ct);

        var entry = Assert.Single(report.Entries).Value;
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains($"auth|{Login}", Server.Received);
        Assert.DoesNotContain("sentinel", $"{notSent} {entry.Description} {string.Join(' ', entry.Data)} {entry.Exception}", StringComparison.Ordinal);
        AssertSilent();
    }

    private Action<AkkaConfigurationBuilder> Planted(Func<string> login) => PlantedWith(() => new LineProtocol { Authenticates = true, Login = login });

    private Action<AkkaConfigurationBuilder> PlantedWith(Func<LineProtocol> create) => akka =>
    {
        _settings["AkkaWs:Connections:feed:Url"] = new Uri(Server.Url, $"/?token={Query}").ToString();
        _settings["AkkaWs:Connections:feed:Headers:Authorization"] = Header;
        _settings["AkkaWs:Connections:feed:SubProtocols:0"] = Offered;
        _settings["AkkaWs:Connections:feed:Telemetry:LogPayloads"] = "on";
        _settings["AkkaWs:Connections:feed:Reconnect:InitialDelay"] = "10ms";
        akka.ConfigureLoggers(loggers => loggers.AddLoggerFactory());
        akka.WithWebSockets(_settings.GetSection("AkkaWs"), protocol => protocol.Protocol(_ => create()));
    };

    private static void Everything(HostApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddHealthChecks().AddAkkaWs();
    }

    private void Change(string key, string value)
    {
        _settings[$"AkkaWs:Connections:feed:{key}"] = value;
        _settings.Reload();
    }

    private void AssertSilent()
    {
        Assert.NotEmpty(Log.Lines);
        Assert.DoesNotContain(Log.Lines, line => line.ToString().Contains("sentinel-", StringComparison.OrdinalIgnoreCase));
    }
}
