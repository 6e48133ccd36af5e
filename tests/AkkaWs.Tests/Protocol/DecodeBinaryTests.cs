using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using AkkaWs.Messages;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Protocol;

/// <summary>Messages that a venue compresses itself: inflated by a handler, within the bound on messages.</summary>
public sealed class DecodeBinaryTests : ConnectionTest
{
    private const int MaxSize = 1024 * 1024;

    public static TheoryData<bool> Formats => [true, false];

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_was_compressed_comes_out_as_it_was(bool gzip)
    {
        var text = Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, 20_000)));

        Assert.Equal(text, Inflate(gzip, Compress(gzip, text), text.Length).ToArray());
        Assert.Empty(Inflate(gzip, Compress(gzip, []), 1).ToArray());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void One_byte_more_than_allowed_is_refused(bool gzip)
    {
        var compressed = Compress(gzip, new byte[50_001]);

        var error = Assert.Throws<PayloadTooLargeException>(() => Inflate(gzip, compressed, 50_000));

        Assert.Equal(50_000, error.MaxSize);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_bomb_costs_no_more_memory_than_its_bound(bool gzip)
    {
        var bomb = Compress(gzip, new byte[64 * MaxSize]);
        Assert.Throws<PayloadTooLargeException>(() => Inflate(gzip, bomb, MaxSize)); // what is compiled or pooled is not counted
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<PayloadTooLargeException>(() => Inflate(gzip, bomb, MaxSize));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 8 * MaxSize);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_data_is_a_typed_error(bool gzip) => Assert.Throws<InvalidDataException>(() => Inflate(gzip, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 100));

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_handler_reads_compressed_updates_and_a_bomb_costs_that_message_alone(bool gzip)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options($"inflating-{gzip}") with { MaxMessageSize = MaxSize }, new LineProtocol { Decode = (payload, max) => Inflate(gzip, payload.Span, max) });
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));

        await SendAsync(server, Compress(gzip, Encoding.UTF8.GetBytes("U|a|first")));
        await SendAsync(server, Compress(gzip, new byte[64 * MaxSize]));
        await SendAsync(server, Compress(gzip, Encoding.UTF8.GetBytes("U|a|second")));

        Assert.Equal("U|a|first", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));
        Assert.Equal("U|a|second", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((ConnectionState.Ready, 1L, 1L), (status.State, status.Epoch.Value, status.UnknownMessages));
    }

    [Fact]
    public async Task What_a_handler_decodes_beyond_the_bound_is_dropped_where_the_handler_does_not_care()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("careless") with { MaxMessageSize = 1_000 }, new LineProtocol { Decode = (_, _) => new byte[1_001] });
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));

        await SendAsync(server, "U|a|large"u8.ToArray());
        await server.Connection.SendTextAsync("U|a|small", Ct);

        Assert.Equal("U|a|small", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).UnknownMessages);
    }

    private static ReadOnlyMemory<byte> Inflate(bool gzip, ReadOnlySpan<byte> compressed, int maxSize) =>
        gzip ? PayloadDecoder.Gzip(compressed, maxSize) : PayloadDecoder.Deflate(compressed, maxSize);

    private static byte[] Compress(bool gzip, byte[] plain)
    {
        using var target = new MemoryStream();
        using (Stream compressing = gzip ? new GZipStream(target, CompressionLevel.Fastest) : new DeflateStream(target, CompressionLevel.Fastest))
            compressing.Write(plain);
        return target.ToArray();
    }

    private Task SendAsync(LineServer server, byte[] payload) => server.Connection.SendAsync(payload, WebSocketMessageType.Binary, Ct);
}
