using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Topics that a server does not know, among many that it does, where it refuses the whole message for them.</summary>
public sealed class RefusedTopicsTests : ConnectionTest
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(5, false)]
    [InlineData(10, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(5, true)]
    [InlineData(10, true)]
    [InlineData(200, true)]
    [InlineData(200, false)]
    public async Task Exactly_the_topics_that_the_server_does_not_know_are_reported_as_refused(int bad, bool named)
    {
        await using var server = await LineServer.StartAsync();
        (server.RefusesWholeMessages, server.NamesRefusedTopic) = (true, named);
        Topic[] topics = [.. Enumerable.Range(0, 200).Select(i => new Topic($"t{i}"))];
        Topic[] unknown = [.. Enumerable.Range(0, bad).Select(i => topics[3 + i * 197 / bad % 200]).Distinct()];
        server.RefusedTopics.UnionWith(unknown.Select(topic => topic.Value));
        await using var client = await ConnectAsync(server.Options($"refused-{bad}-{named}"));
        var subscriber = CreateTestProbe();

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => AskAsync<Subscribed>(client.Connection, new Subscribe(topics, subscriber)));

        Assert.Equal(unknown.Order(), error.Failures.Select(failure => failure.Topic).Order());
        Assert.All(error.Failures, failure => Assert.Equal("no such topic", failure.Reason));
        Assert.Equal(topics.Length - unknown.Length, (await client.GetStatusAsync(Ct)).ConfirmedTopics);
        Assert.InRange(server.Received.Count(text => text.StartsWith("sub|", StringComparison.Ordinal)), 1, 2 * topics.Length);
    }

    [Fact]
    public async Task A_refusal_that_names_the_topic_costs_one_more_message_and_no_search()
    {
        await using var server = await LineServer.StartAsync();
        (server.RefusesWholeMessages, server.NamesRefusedTopic) = (true, true);
        server.RefusedTopics.Add("t77");
        await using var client = await ConnectAsync(server.Options("named"));
        var subscriber = CreateTestProbe();

        await Assert.ThrowsAsync<SubscriptionFailedException>(
            () => AskAsync<Subscribed>(client.Connection, new Subscribe([.. Enumerable.Range(0, 80).Select(i => new Topic($"t{i}"))], subscriber)));

        Assert.Equal(2, server.Received.Count(text => text.StartsWith("sub|", StringComparison.Ordinal)));
    }
}
