using Akka.Hosting;
using AkkaWs.Errors;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting.Tests.Configuration;

/// <summary>The configuration of a running host changes.</summary>
public sealed class ReloadTests : HostTest
{
    private readonly IConfigurationRoot _settings = Memory.Of(
        ("AkkaWs:ConnectionDefaults:Requests:Timeout", "30s"),
        ("AkkaWs:Connections:feed:Heartbeat:PingInterval", "20s"));

    [Fact]
    public async Task A_change_that_can_be_applied_holds_at_once_and_is_logged_with_its_keys()
    {
        Server.AnswersRequests = false;
        var host = await StartAsync(Feeds);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        var epoch = client.Epoch;

        Change(("AkkaWs:ConnectionDefaults:Requests:Timeout", "150ms"), ("AkkaWs:Connections:feed:Reconnect:MaxDelay", "7s"));
        var line = await Log.WithIdAsync(7001, Ct);
        var error = await Assert.ThrowsAsync<RequestTimeoutException>(() => client.RequestRawAsync(new Request("slow"u8.ToArray()), Ct));

        Assert.Equal("Connection feed: changed options hold from now on: reconnect.max-delay, requests.timeout", line.Text);
        Assert.Equal(TimeSpan.FromMilliseconds(150), error.Timeout);
        Assert.Equal(epoch, client.Epoch);
    }

    [Fact]
    public async Task A_change_for_the_next_physical_connection_is_logged_as_that()
    {
        var host = await StartAsync(Feeds);
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        Change(("AkkaWs:Connections:feed:Headers:X-Key", "s3cr3t"), ("AkkaWs:Connections:feed:MaxMessageSize", "1MiB"));
        var line = await Log.WithIdAsync(7002, Ct);

        Assert.Equal("Connection feed: changed options hold from the next physical connection on: headers, max-message-size", line.Text);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.DoesNotContain(Log.Lines, logged => logged.Text.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_that_cannot_be_applied_is_logged_as_that()
    {
        var host = await StartAsync(Feeds);
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        Change(("AkkaWs:Connections:feed:Rates:Outgoing:Limit", "10"), ("AkkaWs:Connections:feed:Subscriptions:BatchCredits", "8"));
        var line = await Log.WithIdAsync(7003, Ct);

        Assert.Equal(
            "Connection feed: changed options cannot be applied to an open connection and wait until it is opened again: subscriptions.batch-credits, rates.outgoing.limit",
            line.Text);
    }

    [Fact]
    public async Task An_invalid_change_is_logged_and_what_was_in_force_stays()
    {
        var host = await StartAsync(Feeds);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);

        Change(("AkkaWs:Connections:feed:Requests:Timeout", "soon"), ("AkkaWs:Connections:feed:Queue:Capacity", "few"));
        var line = await Log.WithIdAsync(7004, Ct);

        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("requests.timeout is \"soon\"", line.Text, StringComparison.Ordinal);
        Assert.Contains("queue.capacity is \"few\"", line.Text, StringComparison.Ordinal);
        Assert.True(client.IsConnected);
        Change(("AkkaWs:Connections:feed:Requests:Timeout", "9s"), ("AkkaWs:Connections:feed:Queue:Capacity", "3"));
        Assert.Equal("Connection feed: changed options hold from now on: requests.timeout, queue.capacity", (await Log.WithIdAsync(7001, Ct)).Text);
    }

    [Fact]
    public async Task A_change_while_the_connection_is_closed_holds_when_it_is_opened_again()
    {
        Server.AnswersRequests = false;
        var host = await StartAsync(Feeds);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        await client.CloseAsync(Ct);

        Change(("AkkaWs:ConnectionDefaults:Requests:Timeout", "150ms"));
        var line = await Log.WithIdAsync(7011, Ct);
        await client.ReopenAsync(Ct);
        await client.WaitUntilReadyAsync(Ct);

        Assert.Equal("Connection feed is closed; changed options hold once it is opened again: requests.timeout", line.Text);
        var error = await Assert.ThrowsAsync<RequestTimeoutException>(() => client.RequestRawAsync(new Request("slow"u8.ToArray()), Ct));
        Assert.Equal(TimeSpan.FromMilliseconds(150), error.Timeout);
        Change(("AkkaWs:ConnectionDefaults:Requests:Timeout", "2s"));
        Assert.Contains("requests.timeout", (await Log.WithIdAsync(7001, Ct)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_an_open_connection_cannot_take_holds_when_it_is_opened_again()
    {
        var host = await StartAsync(Feeds);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        Change(("AkkaWs:Connections:feed:Rates:Outgoing:Limit", "1"), ("AkkaWs:Connections:feed:Rates:Outgoing:Interval", "1h"));
        await Log.WithIdAsync(7003, Ct);
        await client.CloseAsync(Ct);

        await client.ReopenAsync(Ct);

        await client.WaitUntilReadyAsync(Ct);
        await client.SendAsync("first", Ct);
        var second = client.SendAsync("second", Ct);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).ThrottledMessages);
        await client.CloseAsync(Ct);
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => second);
    }

    [Fact]
    public async Task A_connection_that_is_added_waits_for_the_next_start_and_is_logged()
    {
        var host = await StartAsync(Feeds);
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        Change(("AkkaWs:Connections:another:Url", "wss://example.com"));

        Assert.Contains("another", (await Log.WithIdAsync(7006, Ct)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_while_the_start_waits_is_not_lost()
    {
        Server.AnswersLogin = false;
        var host = Build(akka =>
        {
            _settings["AkkaWs:Connections:feed:Url"] = Server.Url.ToString();
            _settings["AkkaWs:Connections:feed:WaitForReady"] = "on";
            akka.WithWebSockets(_settings.GetSection("AkkaWs"), protocol => protocol.Protocol(_ => new LineProtocol { Authenticates = true }));
        });
        var start = host.StartAsync(Ct);
        await Server.Server.WaitForMessageAsync(message => message.Text == "auth|secret", cancellationToken: Ct);

        Change(("AkkaWs:Connections:feed:Requests:MaxPending", "5"));
        await Server.Connection.SendTextAsync("S|auth|ok", Ct);
        await start;

        Assert.Contains("requests.max-pending", (await Log.WithIdAsync(7001, Ct)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_section_without_connections_is_told()
    {
        await StartAsync(akka => akka.WithWebSockets(_settings.GetSection("Akka-Ws")));

        await Log.WithIdAsync(7007, Ct);
    }

    [Fact]
    public async Task A_stopped_host_follows_no_more_changes()
    {
        var host = await StartAsync(Feeds);
        await host.StopAsync(Ct);

        Change(("AkkaWs:Connections:feed:Requests:Timeout", "soon"));

        Assert.DoesNotContain(Log.Lines, line => line.Id.Id is >= 7001 and <= 7006);
    }

    [Fact]
    public async Task A_section_of_ones_own_is_followed_too()
    {
        var host = await StartAsync(akka =>
        {
            _settings["Feed:Url"] = Server.Url.ToString();
            akka.WithWebSocket("own", ws => ws.Configuration(_settings.GetSection("Feed")).Protocol(new LineProtocol()));
        });
        await ClientOf(host, "own").WaitUntilReadyAsync(Ct);

        Change(("Feed:Requests:MaxPending", "5"));

        Assert.Contains("requests.max-pending", (await Log.WithIdAsync(7001, Ct)).Text, StringComparison.Ordinal);
    }

    private void Feeds(AkkaConfigurationBuilder akka)
    {
        _settings["AkkaWs:Connections:feed:Url"] = Server.Url.ToString();
        akka.WithWebSockets(_settings.GetSection("AkkaWs"), protocol => protocol.Protocol(_ => new LineProtocol()));
    }

    private void Change(params (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings)
            _settings[key] = value;
        _settings.Reload();
    }
}
