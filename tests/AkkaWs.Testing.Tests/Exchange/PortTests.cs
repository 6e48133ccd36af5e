namespace AkkaWs.Testing.Tests;

/// <summary>A simulator on a port of one's choice.</summary>
public sealed class PortTests
{
    // Below those that systems give away themselves: nobody takes one of them while a test has let go of it for a moment.
    private const int First = 20_000;
    private const int Last = 29_999;

    [Fact]
    public async Task A_chosen_port_is_taken_and_found_again_after_a_restart()
    {
        var exchange = await StartAsync();
        var url = exchange.Url;
        await using (var client = await TestClient.ConnectAsync(url))
            await client.AskAsync("""{"op":"ping"}""");
        await exchange.DisposeAsync();

        await using var again = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Port = url.Port });

        Assert.Equal(url, again.Url);
        await using var second = await TestClient.ConnectAsync(url);
        Assert.True((await second.AskAsync("""{"op":"ping"}""")).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task A_chosen_port_stays_while_connections_are_refused()
    {
        await using var exchange = await StartAsync();
        await exchange.RefuseTcpAsync();

        await exchange.AcceptConnectionsAsync();

        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await exchange.WaitForConnectionsAsync(1);
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_named_and_can_be_taken_once_it_is_free()
    {
        var exchange = await StartAsync();
        var options = new ExchangeSimulatorOptions { Port = exchange.Url.Port };

        var refused = await Assert.ThrowsAsync<PortInUseException>(() => ExchangeSimulator.StartAsync(options));

        Assert.Equal(options.Port, refused.Port);
        Assert.Contains($"port {options.Port} of 127.0.0.1", refused.Message, StringComparison.Ordinal);
        await exchange.DisposeAsync();
        await using var second = await ExchangeSimulator.StartAsync(options);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65_536)]
    public async Task What_is_no_port_is_refused(int port) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Port = port }));

    private static async Task<ExchangeSimulator> StartAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Port = Random.Shared.Next(First, Last) });
            }
            catch (PortInUseException) when (tries < 20)
            {
                // Another one, then.
            }
        }
    }
}
