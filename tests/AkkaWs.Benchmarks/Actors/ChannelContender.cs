using System.Threading.Channels;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Actors;

/// <summary>The baseline: an unbounded channel between two tasks, a new object for each message; M/s.</summary>
internal sealed class ChannelContender : IContender
{
    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<object>();
        var bursts = Channel.CreateUnbounded<int>();
        var producer = Task.Run(() => ProduceAsync(bursts.Reader, channel.Writer), cancellationToken);
        var (sent, elapsed) = await Burst.RepeatAsync(duration, async count =>
        {
            var consumed = Task.Run(() => ConsumeAsync(channel.Reader, count), cancellationToken);
            bursts.Writer.TryWrite(count);
            await consumed;
        });
        bursts.Writer.Complete();
        await producer;
        return [sent / elapsed.TotalMicroseconds];
    }

    private static async Task ProduceAsync(ChannelReader<int> bursts, ChannelWriter<object> writer)
    {
        await foreach (var count in bursts.ReadAllAsync())
        {
            for (var i = 0; i < count; i++)
                writer.TryWrite(new Message(i));
        }
    }

    private static async Task ConsumeAsync(ChannelReader<object> reader, int count)
    {
        var received = 0;
        while (received < count && await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var message))
            {
                if (message is Message)
                    received++;
            }
        }
    }
}
