namespace AkkaWs.Testing.Tests;

public sealed class FrameCounterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Control_frames_are_counted_however_the_bytes_are_cut(int piece)
    {
        byte[] stream =
        [
            .. Frame(0x81, 5), .. Frame(0x89, 0), .. Frame(0x01, 125), .. Frame(0x8A, 4), .. Frame(0x80, 126), .. Frame(0x82, 70_000), .. Frame(0x89, 125), .. Frame(0x88, 2),
        ];
        var counter = new FrameCounter();

        foreach (var part in stream.Chunk(piece))
            counter.Read(part);

        Assert.Equal((2, 1), (counter.Pings, counter.Pongs));
    }

    private static byte[] Frame(byte first, int length)
    {
        byte[] size = length switch
        {
            < 126 => [(byte)(0x80 | length)],
            < 65536 => [0x80 | 126, (byte)(length >> 8), (byte)length],
            _ => [0x80 | 127, 0, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        };
        // Payloads full of ping headers: a counter that loses its place shows.
        return [first, .. size, 1, 2, 3, 4, .. Enumerable.Repeat((byte)0x89, length)];
    }
}
