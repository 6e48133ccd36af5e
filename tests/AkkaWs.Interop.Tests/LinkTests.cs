using System.Net.Sockets;
using System.Text;
using AkkaWs.Wire;

namespace AkkaWs.Interop.Tests;

/// <summary>Links that break without a word: neither FIN nor RST arrives.</summary>
public sealed class LinkTests(Link link) : IClassFixture<Link>
{
    private readonly WireOptions _options = new() { Proxy = WireProxy.None, CloseTimeout = TimeSpan.FromMilliseconds(500) };

    [LinkFact]
    public async Task A_close_over_a_dead_link_ends_within_its_timeout()
    {
        await using var connection = await WireConnection.ConnectAsync(link.Url("echo"), _options).WaitAsync(Wait.Limit);
        link.Cut();
        try
        {
            await connection.CloseAsync().WaitAsync(Wait.Limit);
            Assert.Equal(CloseCode.AbnormalClosure, connection.CloseStatus!.Code);
        }
        finally
        {
            link.Mend();
        }
    }

    [LinkFact]
    public async Task A_dead_link_that_mends_loses_nothing()
    {
        await using var connection = await WireConnection.ConnectAsync(link.Url("echo"), _options).WaitAsync(Wait.Limit);
        link.Cut();
        for (var i = 0; i < 100; i++)
            await connection.SendAsync(WireOpcode.Text, Encoding.UTF8.GetBytes($"{i}"));
        link.Mend();

        for (var next = 0; next < 100;)
        {
            var batch = await connection.ReadBatchAsync().AsTask().WaitAsync(Wait.Limit);
            for (var i = 0; i < batch!.Count; i++)
                Assert.Equal($"{next++}", Encoding.UTF8.GetString(batch[i].Span));
            batch.Release();
        }
    }

    [LinkFact]
    public async Task Opening_over_a_dead_link_times_out_or_is_unreachable()
    {
        link.Cut();
        try
        {
            var failure = await Assert.ThrowsAnyAsync<WireException>(() => WireConnection.ConnectAsync(link.Url("echo"), _options with { ConnectTimeout = TimeSpan.FromMilliseconds(500) }).WaitAsync(Wait.Limit));
            Assert.True(failure is WireTimeoutException or WireConnectException { SocketError: SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TimedOut });
        }
        finally
        {
            link.Mend();
        }
    }
}
