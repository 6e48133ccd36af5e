using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class Utf8Tests
{
    public static TheoryData<byte[]> Invalid => new()
    {
        new byte[] { 0x80 },
        new byte[] { 0xC0, 0xAF },
        new byte[] { 0xE0, 0x80, 0xAF },
        new byte[] { 0xED, 0xA0, 0x80 },
        new byte[] { 0xF4, 0x90, 0x80, 0x80 },
        new byte[] { 0xF8, 0x88, 0x80, 0x80, 0x80 },
        new byte[] { (byte)'a', 0xCE },
        new byte[] { 0xE2, 0x82 },
        new byte[] { 0xFF },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Invalid_text_in_one_frame_fails_with_1007(byte[] text)
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Frame(WireOpcode.Text, text));

        await FailsWith1007Async(connection, peer);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Invalid_text_cut_into_fragments_of_one_byte_fails_with_1007(byte[] text)
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync([.. text.Select((b, i) => Frames.Frame(i == 0 ? WireOpcode.Text : WireOpcode.Continuation, [b], fin: i == text.Length - 1))]);

        await FailsWith1007Async(connection, peer);
    }

    [Fact]
    public async Task A_character_may_be_split_by_fragments_and_pings()
    {
        var (connection, peer, _) = Peer.Open();
        var bytes = "κόσμε 𝄞"u8.ToArray();
        for (var i = 0; i < bytes.Length; i++)
            await peer.SendAsync(Frames.Frame(i == 0 ? WireOpcode.Text : WireOpcode.Continuation, [bytes[i]], fin: i == bytes.Length - 1), Frames.Frame(WireOpcode.Ping, []));

        var text = (await connection.MessagesAsync(bytes.Length)).Single(message => message.Opcode == WireOpcode.Text);
        Assert.Equal("κόσμε 𝄞", text.Text);
    }

    [Fact]
    public async Task An_invalid_byte_fails_before_its_frame_is_complete()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync([0x81, 100, (byte)'a', 0xF4, 0x90]);

        await FailsWith1007Async(connection, peer);
    }

    [Fact]
    public async Task An_invalid_byte_fails_inside_a_frame_larger_than_the_slab()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { SlabSize = 256 });
        var frame = Frames.Text(new string('x', 5000));
        frame[1000] = 0xC0;
        await peer.SendAsync(frame[..1001]);

        await FailsWith1007Async(connection, peer);
    }

    [Fact]
    public async Task An_invalid_byte_fails_inside_a_fragment()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text("ok", fin: false), [0x80, 50, 0xED, 0xA0]);

        await FailsWith1007Async(connection, peer);
    }

    [Fact]
    public async Task Binary_messages_are_not_validated()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Binary([0xFF, 0xC0]));

        Assert.Equal([0xFF, 0xC0], (await connection.MessageAsync()).Payload);
    }

    [Fact]
    public async Task An_invalid_close_reason_fails_with_1007()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Frame(WireOpcode.Close, [0x03, 0xE8, 0xC0]));

        await FailsWith1007Async(connection, peer);
    }

    private static async Task FailsWith1007Async(WireConnection connection, Peer peer)
    {
        var failure = await connection.FailsAsync<WireInvalidUtf8Exception>();
        Assert.Equal(CloseCode.InvalidPayload, failure.CloseCode);
        Assert.NotNull(failure.Offset);
        Assert.Equal(1007, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }
}
