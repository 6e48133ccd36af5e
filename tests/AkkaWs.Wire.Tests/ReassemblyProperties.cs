using System.Net.WebSockets;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Wire.Tests;

public sealed class ReassemblyProperties
{
    private static readonly Gen<Sent> Message =
        from size in Gen.OneOf(Gen.Choose(0, 130), Gen.Choose(0, 700), Gen.Choose(2_000, 9_000), Gen.Choose(65_530, 65_540))
        from text in Gen.Elements(true, false)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from cuts in Gen.Choose(0, 1000).ListOf()
        from pings in Gen.Choose(0, 2)
        select new Sent(text, Payload(text, size, seed), [.. cuts.Take(4)], pings);

    /// <summary>A message, where it is cut into fragments, and how many pings stand between them.</summary>
    private sealed record Sent(bool Text, byte[] Payload, int[] Cuts, int Pings);

    [Fact]
    public void Any_messages_framed_and_cut_in_any_legal_way_arrive_the_same()
    {
        var plan = from messages in Message.ListOf() from slab in Gen.OneOf(Gen.Choose(256, 3000), Gen.Choose(9_000, 66_000)) from reads in Gen.OneOf(Gen.Choose(1, 2000), Gen.Choose(4_000, 40_000)).NonEmptyListOf() select (messages, slab, reads);
        Prop.ForAll(Arb.From(plan), input => ArrivesAsync([.. input.messages], input.slab, [.. input.reads]).GetAwaiter().GetResult())
            .Check(Checks.Default.WithEndSize(30).WithMaxTest(Nightly.IsOn ? 5000 : 300));
    }

    [Fact]
    public void Any_outgoing_messages_are_decoded_by_the_framework()
    {
        var plan = from messages in Message.ListOf() from fragment in Gen.Choose(1, 5000) from whole in Gen.Elements(true, false) select (messages, fragment, whole);
        Prop.ForAll(Arb.From(plan), input => DecodesAsync([.. input.messages], input.whole ? null : input.fragment).GetAwaiter().GetResult())
            .Check(Checks.Default.WithEndSize(30).WithMaxTest(Nightly.IsOn ? 5000 : 200));
    }

    private static async Task<bool> ArrivesAsync(Sent[] messages, int slab, int[] reads)
    {
        var (connection, peer, client) = Peer.Open(new WireOptions { SlabSize = slab, MaxControlFramesPerSecond = 1_000_000 });
        var next = 0;
        client.NextCut = () => reads[next++ % reads.Length];
        var bytes = messages.SelectMany(Frame).ToArray();
        if (bytes.Length > 0)
            await peer.SendAsync(bytes);
        await peer.SendAsync(Frames.Close(1000));
        var received = new List<Received>();
        while (await connection.BatchAsync() is { } batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch[i].Opcode is WireOpcode.Text or WireOpcode.Binary)
                    received.Add(new Received(batch[i].Opcode, batch[i].Span.ToArray()));
            }

            batch.Release();
        }

        connection.Abort();
        return received.Select(message => (message.Opcode == WireOpcode.Text, Convert.ToBase64String(message.Payload)))
            .SequenceEqual(messages.Select(message => (message.Text, Convert.ToBase64String(message.Payload))));
    }

    private static async Task<bool> DecodesAsync(Sent[] messages, int? fragmentSize)
    {
        var (client, server) = MemoryDuplex.Create();
        var connection = WireConnection.FromStream(client, new WireOptions { FragmentSize = fragmentSize });
        using var socket = WebSocket.CreateFromStream(server, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[70_000];
        foreach (var message in messages)
        {
            await connection.SendAsync(message.Text ? WireOpcode.Text : WireOpcode.Binary, message.Payload);
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(Peer.Patience);
                length += result.Count;
            }
            while (!result.EndOfMessage);
            if ((result.MessageType == WebSocketMessageType.Text) != message.Text || !buffer.AsSpan(0, length).SequenceEqual(message.Payload))
                return false;
        }

        connection.Abort();
        return true;
    }

    private static IEnumerable<byte> Frame(Sent message)
    {
        var cuts = message.Cuts.Select(cut => cut % (message.Payload.Length + 1)).Append(0).Append(message.Payload.Length).Order().ToArray();
        var opcode = message.Text ? WireOpcode.Text : WireOpcode.Binary;
        for (var i = 0; i + 1 < cuts.Length; i++)
        {
            foreach (var b in Frames.Frame(i == 0 ? opcode : WireOpcode.Continuation, message.Payload[cuts[i]..cuts[i + 1]], fin: i + 2 == cuts.Length))
                yield return b;
            for (var ping = 0; ping < message.Pings; ping++)
            {
                foreach (var b in Frames.Frame(WireOpcode.Ping, [(byte)ping]))
                    yield return b;
            }
        }
    }

    private static byte[] Payload(bool text, int size, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[size];
        random.NextBytes(bytes);
        if (!text)
            return bytes;
        string[] characters = ["a", "é", "€", "𝄞", "\0", "\u07FF", "\uFFFD"];
        return System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, size / 3).Select(_ => characters[random.Next(characters.Length)])));
    }
}
