using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaWs.Hosting.Tests.Configuration;

/// <summary>What holds for all connections of a host, by the configuration.</summary>
public sealed class HostingSectionTests : HostTest
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("ReopenClosed", "00:01:00", "", null)]
    [InlineData("reopen-closed", "1m", "akka-ws.hosting.reopen-closed = 2m", 3)]
    [InlineData(null, null, "akka-ws.hosting.reopen-closed = 1m", 3)]
    [InlineData("DrainTimeout", "0s", "", 1)]
    public async Task A_section_precedes_HOCON_and_HOCON_precedes_code(string? key, string? value, string hocon, int? minutesInCode)
    {
        var client = await StartAsync(hocon, minutesInCode, (key, value));

        await Server.Server.DropAllAsync();

        Assert.Equal(TimeSpan.FromMinutes(1), await _time.NextTimerAsync(Ct));
        Assert.False(client.IsConnected);
    }

    [Fact]
    public async Task Off_is_never()
    {
        var client = await StartAsync("", minutesInCode: 1, ("ReopenClosed", "off"));
        await Server.Server.DropAllAsync();
        await client.Handle.Closed.WaitAsync(Ct);

        _time.Advance(TimeSpan.FromDays(1));

        await client.ReopenAsync(Ct);
        await client.WaitUntilReadyAsync(Ct);
        Assert.DoesNotContain(Log.Lines, line => line.Id.Id == 7009);
    }

    [Fact]
    public async Task What_cannot_be_read_or_is_unknown_fails_the_start_with_every_finding()
    {
        var error = await Assert.ThrowsAsync<InvalidConnectionsException>(
            () => StartAsync("akka-ws.hosting { log-through-actor-system = perhaps }", minutesInCode: 1, ("ReopenClosed", "30"), ("DrainTimout", "1s")));

        Assert.Equal(
            ["hosting.reopen-closed", "hosting.log-through-actor-system", "hosting.DrainTimout"],
            Assert.Single(error.Connections).Errors.Select(finding => finding.Key));
        Assert.Contains("a duration with its unit", error.Message, StringComparison.Ordinal);
        Assert.Contains("unknown, did you mean drain-timeout?", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReopenClosed", "0s", "hosting.reopen-closed is 0s, allowed: off, or more than 0 and at most 1 day")]
    [InlineData("ReopenClosed", "25h", "hosting.reopen-closed is ")]
    [InlineData("DrainTimeout", "25h", "allowed: 0 to 1 day")]
    public async Task What_is_out_of_range_fails_the_start(string key, string value, string finding)
    {
        var error = await Assert.ThrowsAsync<InvalidConnectionsException>(() => StartAsync("", minutesInCode: null, (key, value)));

        Assert.Contains(finding, error.Message, StringComparison.Ordinal);
    }

    private async Task<WebSocketClient> StartAsync(string hocon, int? minutesInCode, params (string? Key, string? Value)[] settings)
    {
        var section = Memory.Of(
        [
            ("AkkaWs:Connections:feed:Url", Server.Url.ToString()),
            ("AkkaWs:Connections:feed:Reconnect:MaxAttempts", "0"),
            .. from setting in settings where setting.Key is not null select ("AkkaWs:Hosting:" + setting.Key, setting.Value),
        ]).GetSection("AkkaWs");
        var host = await StartAsync(
            akka => akka.AddHocon(hocon, HoconAddMode.Prepend).WithWebSockets(section, protocol => protocol.Protocol(_ => new LineProtocol())),
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(_time);
                if (minutesInCode is { } minutes)
                    builder.Services.AddAkkaWs(new AkkaWsHostingOptions { ReopenClosed = TimeSpan.FromMinutes(minutes) });
            });
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        return client;
    }
}
