using System.Diagnostics;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Json;

/// <summary>Reads one message after the other on one thread; M/s.</summary>
/// <param name="messages">The messages, round and round.</param>
/// <param name="read">Reads one; the result is added up, so that nothing is optimised away.</param>
internal sealed class JsonContender(byte[][] messages, JsonContender.Read read) : IContender
{
    private const int Rounds = 100;

    private long _sum;

    /// <summary>Reads a message and returns where it found something.</summary>
    internal delegate int Read(ReadOnlySpan<byte> message);

    public Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken) => Task.Run<double[]>(() =>
    {
        RunBurst();
        long count = 0;
        var started = Stopwatch.GetTimestamp();
        do
        {
            RunBurst();
            count += Rounds * messages.Length;
        }
        while (Stopwatch.GetElapsedTime(started) < duration);
        var elapsed = Stopwatch.GetElapsedTime(started);
        return _sum > 0 ? [count / elapsed.TotalMicroseconds] : throw new InvalidOperationException("Nothing was found in the messages.");
    }, cancellationToken);

    private void RunBurst()
    {
        long sum = 0;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var message in messages)
                sum += read(message);
        }

        _sum += sum;
    }
}
