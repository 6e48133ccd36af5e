using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>
/// What a connection is for, under each setting of Akka.NET in <c>tests/switches</c>. The whole suite runs under them where <c>.ci/run</c> is started with
/// <c>AKKAWS_NIGHTLY=1</c>.
/// </summary>
public sealed class EngineSwitchTests
{
    public static TheoryData<string> Switches => [.. Directory.GetFiles(Repository.PathOf("tests", "switches"), "*.conf").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task A_connection_logs_in_streams_answers_heals_rotates_and_closes(string file)
    {
        using var system = new SwitchedSystem(await File.ReadAllTextAsync(Repository.PathOf("tests", "switches", file)));
        await system.DoEverythingAsync();
    }

    private sealed class SwitchedSystem(string hocon) : ConnectionTest(hocon)
    {
        public async Task DoEverythingAsync()
        {
            await using var server = await LineServer.StartAsync();
            await using var client = await ConnectAsync(server.Options("switched"), new LineProtocol { Authenticates = true });
            await using var stream = await client.SubscribeAsync("a", Ct);
            await using var updates = stream.GetAsyncEnumerator(Ct);
            var subscriber = CreateTestProbe();
            await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], subscriber) { Options = new SubscribeOptions { Window = 1 } });

            await server.Connection.SendTextAsync("U|a|1", Ct);
            await server.Connection.SendTextAsync("U|b|1", Ct);
            Assert.True(await updates.MoveNextAsync());
            Assert.Equal("U|a|1", Text(updates.Current));
            Assert.Equal("U|b|1", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));
            subscriber.Reply(Ack.One);
            Assert.Equal("yes"u8.ToArray(), (await AskAsync<Response>(client.Connection, Request("yes"))).Result.ToArray());

            server.Connection.Drop();
            await subscriber.ExpectMsgAsync<Interrupted>(Deadline);
            Assert.Equal(2, (await subscriber.ExpectMsgAsync<Restored>(Deadline)).Epoch.Value);

            await client.RotateAsync(Ct);
            await server.Connection.SendTextAsync("U|a|2", Ct);
            Assert.True(await updates.MoveNextAsync());
            Assert.Equal((3, "U|a|2"), (updates.Current.Epoch.Value, Text(updates.Current)));

            await client.CloseAsync(Ct);
            Assert.Equal(ConnectionState.Closed, client.State);
        }
    }
}
