using AkkaWs.Options;
using AkkaWs.Protocol.Legacy;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

#pragma warning disable CS0618 // What is tested here is the obsolete interface.

namespace AkkaWs.Tests.Protocol.Legacy;

public sealed class LegacyExchangeAdapterTests : ConnectionTest
{
    [Fact]
    public async Task A_handler_of_the_simple_interface_logs_in_subscribes_pings_and_gets_its_updates()
    {
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            while (await connection.ReceiveTextAsync(ct) is { } text)
            {
                if (text == "are you there")
                    await connection.SendTextAsync("pong", ct);
                else if (text == "+btc")
                    await connection.SendTextAsync("btc=1", ct);
                else if (text == "+eth")
                    await connection.SendTextAsync("eth=2", ct);
            }
        }, Ct);
        await using var client = await ConnectAsync(
            new WebSocketClientOptions
            {
                Name = "legacy",
                Url = server.Url,
                Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(50), PongTimeout = TimeSpan.FromSeconds(10), UseFramePing = false },
            },
            new LegacyExchangeAdapter(new Simple()));
        await using (var updates = await client.SubscribeAsync(["btc", "eth"], Ct))
        {
            List<string> texts = [];
            await foreach (var update in updates.WithCancellation(Ct))
            {
                texts.Add($"{update.Topic} {Text(update)}");
                if (texts.Count == 2)
                    break;
            }

            Assert.Equal(["btc btc=1", "eth eth=2"], texts.Order());
        }

        await AwaitAssertAsync(
            () =>
            {
                var received = server.Connections.Single().Received.Select(m => m.Text).ToList();
                Assert.Equal("login me", received[0]);
                Assert.Contains("-btc", received);
                Assert.True(received.Count(text => text == "are you there") > 1);
            },
            Deadline);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).Reconnects);
    }

    [Fact]
    public void Both_are_marked_as_obsolete_and_name_the_way_out()
    {
        foreach (var type in new[] { typeof(IExchangeHandler), typeof(LegacyExchangeAdapter) })
        {
            var mark = Assert.IsType<ObsoleteAttribute>(Assert.Single(type.GetCustomAttributes(typeof(ObsoleteAttribute), inherit: false)));
            Assert.Contains("ProtocolHandler", mark.Message, StringComparison.Ordinal);
            Assert.Contains("docs/migration.md", mark.Message, StringComparison.Ordinal);
            Assert.False(mark.IsError);
        }

        Assert.True(File.Exists(Repository.PathOf("docs", "migration.md")));
    }

    private sealed class Simple : IExchangeHandler
    {
        public string? TopicOf(string message) => message.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? message[..end] : null;

        public string SubscribeMessage(string topic) => "+" + topic;

        public string? UnsubscribeMessage(string topic) => "-" + topic;

        public string? AuthenticationMessage() => "login me";

        public string? HeartbeatMessage() => "are you there";
    }
}
