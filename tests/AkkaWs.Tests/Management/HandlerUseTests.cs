using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Management;

/// <summary>One instance of a handler serves one connection.</summary>
public sealed class HandlerUseTests : ConnectionTest
{
    public HandlerUseTests()
        : base("akka.actor.deployment { /akkaws/unmade { dispatcher = nowhere } }")
    {
    }

    [Fact]
    public async Task A_handler_that_serves_a_connection_is_refused_for_a_second_one_and_both_are_named()
    {
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol();
        await using var first = await ConnectAsync(server.Options("first-use"), handler);

        var error = await Assert.ThrowsAsync<InvalidOptionsException>(() => ConnectAsync(server.Options("second-use"), handler));

        Assert.Equal("second-use", error.Connection);
        Assert.Equal(("protocol", "the same LineProtocol as of first-use"), (error.Errors.Single().Key, error.Errors.Single().Value));
        Assert.Equal(ConnectionState.Ready, first.State);
    }

    [Fact]
    public async Task A_handler_is_free_again_once_its_connection_is_closed()
    {
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol();
        var first = await ConnectAsync(server.Options("one-life"), handler);
        await first.CloseAsync(Ct);

        await using var second = await ConnectAsync(server.Options("another-life"), handler);

        Assert.Equal(ConnectionState.Ready, second.State);
    }

    [Fact]
    public async Task A_handler_is_free_again_where_the_actor_of_its_connection_could_not_be_made()
    {
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol();
        await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(server.Options("unmade"), handler));

        await using var client = await ConnectAsync(server.Options("made"), handler);

        Assert.Equal(ConnectionState.Ready, client.State);
    }

    [Fact]
    public async Task A_handler_that_serves_an_embedded_connection_is_refused_even_under_the_same_name()
    {
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol();
        var embedded = await EmbedAsync(server.Options("same-name"), handler);
        await AskAsync<Subscribed>(embedded, new Subscribe(["a"], CreateTestProbe()));

        var error = await Assert.ThrowsAsync<InvalidOptionsException>(() => ConnectAsync(server.Options("same-name"), handler));
        await Assert.ThrowsAsync<InvalidOptionsException>(() => WebSocketClient.GetOrOpenAsync(Sys, server.Options("same-name"), handler, Ct));

        Assert.Equal("the same LineProtocol as of same-name", Assert.Single(error.Errors).Value);
        Assert.Equal(1, server.Server.ConnectionsAccepted);
    }

    [Fact]
    public async Task Of_embedded_connections_that_start_at_once_with_one_handler_one_remains()
    {
        await using var server = await LineServer.StartAsync();
        var (handler, watcher) = (new LineProtocol(), CreateTestProbe());
        var children = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => EmbedAsync(server.Options($"racer-{i}"), handler)));
        foreach (var child in children)
            watcher.Watch(child);

        var ended = new List<IActorRef>();
        while (ended.Count < children.Length - 1)
            ended.Add((await watcher.ExpectMsgAsync<Terminated>(Deadline)).ActorRef);

        await AskAsync<Subscribed>(Assert.Single(children.Except(ended)), new Subscribe(["a"], CreateTestProbe()));
        Assert.Equal(1, server.Server.ConnectionsAccepted);
    }

    private Task<IActorRef> EmbedAsync(WebSocketClientOptions options, LineProtocol handler) =>
        ParentActor.StartChildAsync(Sys, WebSocketClient.Props(options, () => handler), CreateTestProbe());
}
