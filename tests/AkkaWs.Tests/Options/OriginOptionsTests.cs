using AkkaWs.Options;

namespace AkkaWs.Tests.Options;

/// <summary>
/// The fields that the first design of the client had for a connection, each with its default: all of them are here. One default is another: bursts are
/// larger than the 1,024 updates that a subscription was to hold.
/// </summary>
public sealed class OriginOptionsTests
{
    private static readonly WebSocketClientOptions Defaults = new() { Name = "origin", Url = new Uri("wss://example.com") };

    public static TheoryData<string, string, string> Fields => new()
    {
        { "url", "url", "wss://example.com/" },
        { "reconnect_initial_delay", "reconnect.initial-delay", "00:00:00.1000000" },
        { "reconnect_max_delay", "reconnect.max-delay", "00:00:30" },
        { "reconnect_backoff_factor", "reconnect.factor", "2" },
        { "reconnect_max_attempts", "reconnect.max-attempts", "" },
        { "reconnect_jitter", "reconnect.jitter", "0.1" },
        { "ping_interval", "heartbeat.ping-interval", "00:00:30" },
        { "pong_timeout", "heartbeat.pong-timeout", "00:00:10" },
        { "use_websocket_ping", "heartbeat.use-frame-ping", "True" },
        { "request_timeout", "requests.timeout", "00:00:30" },
        { "max_pending_requests", "requests.max-pending", "1000" },
        { "pending_cleanup_interval", "requests.cleanup-interval", "00:01:00" },
        { "subscription_channel_capacity", "subscriptions.buffer-capacity", "65536" },
        { "command_channel_capacity", "queue.capacity", "256" },
        { "connect_timeout", "connect-timeout", "00:00:10" },
        { "auth_on_connect", "authenticate-on-connect", "True" },
        { "max_message_size", "max-message-size", "16777216" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_of_the_first_design_is_an_option_with_its_default(string field, string key, string fallback)
    {
        var option = Assert.Single(OptionCatalog.All, option => option.Key == key);

        Assert.True(Convert.ToString(option.Of(Defaults), System.Globalization.CultureInfo.InvariantCulture) == fallback, $"{field} has another default");
    }
}
