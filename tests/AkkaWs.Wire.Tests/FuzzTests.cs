using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class FuzzTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mutated_streams_end_in_a_WireException_or_a_close_within_bounded_memory(bool deflate)
    {
        var streams = (Nightly.IsOn ? 1_000_000 : 10_000) / 2;
        var random = new Random(20_260 + (deflate ? 1 : 0));
        var options = new WireOptions { MaxMessageSize = 50_000, MaxFrameSize = 50_000, MaxFragments = 100, SlabSize = 512, Deflate = deflate ? new WireDeflateOptions { MinimumSize = 0 } : null };
        byte[] text = [.. "fuzz fuzz fuzz fuzz fuzz"u8];
        byte[][] compressed = [DeflateTests.Compress(text), [.. DeflateTests.Finished(text), 0]];
        long worst = 0;
        for (var i = 0; i < streams; i++)
        {
            var bytes = Mutate(Valid(random, deflate ? compressed[random.Next(2)] : null), random);
            try
            {
                worst = Math.Max(worst, await RunAsync(bytes, options, random.Next(1, 600)));
            }
            catch (Exception failure) when (failure is not WireException)
            {
                Assert.Fail($"Stream {i} ({Convert.ToHexString(bytes)}) ended in {failure}");
            }
        }

        Assert.InRange(worst, 0, 5_000_000);
    }

    /// <summary>The bytes allocated for the stream; 0 where a read was waited for: between two turns of a thread its work is another test's.</summary>
    private static async Task<long> RunAsync(byte[] bytes, WireOptions options, int cut)
    {
        var connection = WireConnection.FromStream(new Playback(bytes, cut), options);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var stayed = true;
        try
        {
            while (await Next() is { } batch)
            {
                for (var i = 0; i < batch.Count; i++)
                    Assert.InRange(batch[i].Payload.Length, 0, options.MaxMessageSize);
                batch.Release();
            }
        }
        catch (WireException)
        {
            // One of the two ends allowed.
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        connection.Abort();
        return stayed ? allocated : 0;

        Task<MessageBatch?> Next()
        {
            var next = connection.BatchAsync();
            stayed &= next.IsCompleted;
            return next;
        }
    }

    private static byte[] Valid(Random random, byte[]? compressed)
    {
        var frames = new List<byte[]>();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            frames.Add(random.Next(8) switch
            {
                0 => Frames.Text("text é € 𝄞"),
                1 => Frames.Binary(new byte[random.Next(1000)]),
                2 => [.. Frames.Text("frag", fin: false), .. Frames.Continuation("ment"u8.ToArray(), fin: true)],
                3 => Frames.Frame(WireOpcode.Ping, new byte[random.Next(126)]),
                4 => Frames.Close(random.Next(990, 5010), "reason"),
                5 => Frames.Text(new string('x', random.Next(70_000))),
                6 when compressed is not null => Frames.Frame(WireOpcode.Text, compressed, rsv: 4),
                _ => Frames.Frame(WireOpcode.Pong, []),
            });
        }

        return [.. frames.SelectMany(frame => frame)];
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        for (var i = random.Next(0, 5); i > 0 && mutated.Count > 0; i--)
        {
            // Most of the structure is at the front: mutate there more often.
            var at = random.Next(2) == 0 ? random.Next(Math.Min(20, mutated.Count)) : random.Next(mutated.Count);
            switch (random.Next(4))
            {
                case 0:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 2:
                    mutated.RemoveRange(at, Math.Min(random.Next(1, 10), mutated.Count - at));
                    break;
                default:
                    mutated.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. mutated];
    }

    /// <summary>Bytes that come in pieces at once, then the end; writes go nowhere.</summary>
    private sealed class Playback(byte[] bytes, int cut) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => bytes.Length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min(cut, buffer.Length), bytes.Length - _position);
            bytes.AsSpan(_position, count).CopyTo(buffer.Span);
            _position += count;
            return new ValueTask<int>(count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
