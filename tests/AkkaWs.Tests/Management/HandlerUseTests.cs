using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Management;

/// <summary>One instance of a handler serves one connection.</summary>
public sealed class HandlerUseTests : ConnectionTest
{
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
}
