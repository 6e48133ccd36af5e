using System.Net;
using System.Text;
using AkkaWs.Wire;

namespace AkkaWs.Interop.Tests;

public sealed class NpmWsTests(NpmWsServer server) : IClassFixture<NpmWsServer>
{
    [NpmWsTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_of_every_size_come_back_unchanged(bool deflate)
    {
        await using var connection = await OpenAsync(deflate ? "echo?deflate=1" : "echo", deflate);
        Assert.Equal(deflate, connection.IsDeflated);
        foreach (var size in new[] { 0, 1, 125, 126, 65_535, 65_536, 500_000 })
        {
            var text = string.Concat(Enumerable.Range(0, size / 2).Select(i => (char)('a' + (i % 26))));
            await connection.SendAsync(WireOpcode.Text, Encoding.UTF8.GetBytes(text));
            Assert.Equal((WireOpcode.Text, text), await connection.NextAsync(payload => Encoding.UTF8.GetString(payload)));
            var bytes = new byte[size];
            new Random(size).NextBytes(bytes);
            await connection.SendAsync(WireOpcode.Binary, bytes);
            Assert.Equal((WireOpcode.Binary, Convert.ToBase64String(bytes)), await connection.NextAsync(payload => Convert.ToBase64String(payload)));
        }
    }

    [NpmWsFact]
    public async Task Characters_split_over_fragments_with_pings_between_are_put_together()
    {
        await using var connection = await OpenAsync("fragments");

        Assert.Equal((WireOpcode.Text, "grüße € 𝄞 κόσμε"), await connection.NextAsync(payload => Encoding.UTF8.GetString(payload)));
    }

    [NpmWsFact]
    public async Task Our_pongs_are_understood()
    {
        await using var connection = await OpenAsync("pings");

        Assert.Equal((WireOpcode.Text, "01234"), await connection.NextAsync(payload => Encoding.UTF8.GetString(payload)));
    }

    [NpmWsTheory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1008)]
    [InlineData(1013)]
    [InlineData(4999)]
    public async Task Its_close_codes_are_told(int code)
    {
        await using var connection = await OpenAsync($"close?code={code}&reason=because");

        Assert.Null(await connection.ReadBatchAsync().AsTask().WaitAsync(Wait.Limit));
        Assert.Equal(new WireCloseStatus((CloseCode)code, "because", ByPeer: true), connection.CloseStatus);
    }

    [NpmWsFact]
    public async Task Our_close_code_and_reason_reach_it()
    {
        var id = Guid.NewGuid().ToString("N");
        await using var connection = await OpenAsync($"closing?id={id}");
        await connection.CloseAsync((CloseCode)4321, "over").WaitAsync(Wait.Limit);

        using var http = new HttpClient();
        Assert.Equal("4321 over", await http.GetStringAsync(new Uri($"http://127.0.0.1:{server.Port}/?id={id}")));
    }

    [NpmWsTheory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Its_refusals_keep_status_headers_and_body(int status)
    {
        var failure = await Assert.ThrowsAsync<WireHandshakeException>(() => OpenAsync($"{status}"));

        Assert.Equal((HttpStatusCode)status, failure.HttpStatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), failure.RetryAfter);
        Assert.Equal("sorry!", failure.Body);
    }

    [NpmWsFact]
    public async Task Its_reset_is_a_reset()
    {
        await using var connection = await OpenAsync("reset");
        await connection.SendAsync(WireOpcode.Text, "go"u8.ToArray());

        await Assert.ThrowsAsync<WireResetException>(async () => await connection.ReadBatchAsync().AsTask().WaitAsync(Wait.Limit));
    }

    [NpmWsTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_burst_and_a_large_message_arrive_whole(bool deflate)
    {
        var suffix = deflate ? "?deflate=1" : "";
        await using (var connection = await OpenAsync("burst" + suffix, deflate))
        {
            for (var next = 0; next < 20_000;)
            {
                var batch = await connection.ReadBatchAsync().AsTask().WaitAsync(Wait.Limit);
                for (var i = 0; i < batch!.Count; i++)
                    Assert.Equal($"update {next++}", Encoding.UTF8.GetString(batch[i].Span));
                batch.Release();
            }
        }

        await using var large = await OpenAsync("large" + suffix, deflate);
        Assert.Equal((WireOpcode.Binary, 3_000_000), await large.NextAsync(payload => payload.Count(b => b == 7)));
    }

    private Task<WireConnection> OpenAsync(string path, bool deflate = false) =>
        WireConnection.ConnectAsync(server.Url(path), new WireOptions { Proxy = WireProxy.None, Deflate = deflate ? new WireDeflateOptions() : null }).WaitAsync(Wait.Limit);
}
