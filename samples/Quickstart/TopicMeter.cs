using System.Diagnostics;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace Quickstart;

/// <summary>Reads one subscription: counts, checks the order, measures the way from the socket to here.</summary>
internal sealed class TopicMeter(TopicSubscription subscription)
{
    private readonly List<double> _latencies = [];
    private TopicUpdate? _last;
    private long _count;

    public Topic Topic { get; } = subscription.Topics[0];

    public long Count => Volatile.Read(ref _count);

    public int Interruptions { get; private set; }

    public bool InOrder { get; private set; } = true;

    public TopicUpdate? Last => Volatile.Read(ref _last);

    /// <summary>From the socket to the subscriber, in microseconds, sorted; to be read when the stream has ended.</summary>
    public IReadOnlyList<double> Latencies => [.. _latencies.Order()];

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in subscription.ReadAllAsync(cancellationToken))
        {
            if (message is Interrupted)
                Interruptions++;
            if (message is not TopicUpdate update)
                continue;
            _latencies.Add(Stopwatch.GetElapsedTime(update.ReceivedAt).TotalMicroseconds);
            InOrder &= Follows(_last, update);
            Volatile.Write(ref _last, update);
            Volatile.Write(ref _count, _count + 1);
        }
    }

    // Our numbers have no hole, across reconnects too; the venue's go on by one within a connection, and start again with a snapshot.
    private static bool Follows(TopicUpdate? before, TopicUpdate update) =>
        before is null
        || update.Sequence == before.Sequence + 1
        && (before.SourceSequence is not { } source || update.Epoch != before.Epoch || update.SourceSequence > source);
}
