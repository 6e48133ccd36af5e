using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Whether an update is a snapshot or a change, for whoever asks it.</summary>
public sealed class UpdateKindTests : ConnectionTest
{
    [Fact]
    public async Task An_update_says_what_the_handler_knows_of_it_and_goes_on_saying_so_when_it_is_kept()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("kinds"));
        await using var updates = await client.SubscribeAsync("a", Ct);
        await server.Connection.SendTextAsync("U|a|snap", Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);

        List<TopicUpdate> got = [];
        await foreach (var update in updates.WithCancellation(Ct))
        {
            got.Add(update.Detach());
            if (got.Count == 2)
                break;
        }

        Assert.Equal([UpdateKind.Snapshot, UpdateKind.Unknown], got.Select(update => update.Kind));
        Assert.Equal([1, 1], got.Select(update => update.Epoch.Value));
    }

    [Fact]
    public async Task A_handler_that_fails_on_an_update_does_not_know_its_kind_and_costs_its_reader_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("bad-kinds"), new Failing());
        await using var updates = await client.SubscribeAsync("a", Ct);
        await server.Connection.SendTextAsync("""{"topic":"a","type":"snapshot"}""", Ct);

        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal(UpdateKind.Unknown, update.Kind);
            break;
        }

        Assert.Equal(ConnectionState.Ready, client.State);
    }

    [Fact]
    public void An_update_that_a_test_makes_is_of_the_kind_that_it_says()
    {
        var update = new TopicUpdate("a", "x"u8.ToArray(), new Epoch(3), 1, null, 0);
        var delta = update with { Kind = UpdateKind.Delta };

        Assert.Equal(UpdateKind.Unknown, update.Kind);
        Assert.Equal((UpdateKind.Delta, 3), (delta.Kind, delta.Epoch.Value));
        Assert.Equal((UpdateKind.Delta, 4), ((delta with { Epoch = new Epoch(4) }).Kind, (delta with { Epoch = new Epoch(4) }).Epoch.Value));
        Assert.Equal(update, update with { Kind = UpdateKind.Unknown });
        Assert.NotEqual(update, delta);
    }

    [Fact]
    public async Task Who_gets_every_message_learns_what_each_is_and_the_topic_of_an_update()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("every-kind"));
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        foreach (var text in new[] { "U|a|1", "R|7|ok|x", "nothing known" })
            await server.Connection.SendTextAsync(text, Ct);

        List<(MessageKind, Topic?)> got = [];
        await foreach (var message in everything.WithCancellation(Ct))
        {
            got.Add((message.MessageKind, message.MessageTopic));
            Assert.Equal((message.MessageKind, message.MessageTopic), (message.Detach().MessageKind, message.Detach().MessageTopic));
            if (got.Count == 3)
                break;
        }

        Assert.Equal([(MessageKind.Update, "a"), (MessageKind.Response, null), (MessageKind.Unknown, null)], got);
    }

    [Fact]
    public void An_update_of_a_topic_is_a_message_of_its_own_kind_and_topic()
    {
        var update = new TopicUpdate("a", "x"u8.ToArray(), new Epoch(3), 1, null, 0);

        Assert.Equal((MessageKind.Update, (Topic?)"a"), (update.MessageKind, update.MessageTopic));
        Assert.Equal((MessageKind.Unknown, (Topic?)null), ((update with { Topic = Topic.Everything }) is var every ? (every.MessageKind, every.MessageTopic) : default));
    }

    private sealed class Failing() : GenericJsonHandler(new GenericJsonOptions { ConfirmsSubscriptions = false })
    {
        public override UpdateKind KindOf(ReadOnlySpan<byte> update) => throw new FormatException("on purpose");
    }
}
