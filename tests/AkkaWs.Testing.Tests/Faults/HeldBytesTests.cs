using System.Buffers;

namespace AkkaWs.Testing.Tests;

public sealed class HeldBytesTests
{
    private const int BufferSize = 16 * 1024;

    [Fact]
    public async Task What_is_held_is_bounded_by_the_memory_that_it_takes()
    {
        var held = new HeldBytes();
        // Buffers of 1 MiB in all, each with one byte in it.
        for (var i = 0; i < 64; i++)
        {
            Assert.True(held.WaitForRoomAsync(CancellationToken.None).IsCompletedSuccessfully);
            held.Add(new HeldChunk(ArrayPool<byte>.Shared.Rent(BufferSize), 1, TimeSpan.Zero));
        }

        var room = held.WaitForRoomAsync(CancellationToken.None);
        Assert.False(room.IsCompleted);

        held.Advance(1);
        await room.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
