using System.Diagnostics;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace Quickstart;

/// <summary>Reads one subscription: counts, checks the order, and measures the way from the socket to here.</summary>
internal sealed class TopicMeter
{
    private readonly Market _market = new();
    private readonly OrderCheck _order = new();
    private readonly TimeSpan[] _latencies = new TimeSpan[1 << 16]; // the newest
    private TopicUpdate? _last;
    private long _count;

    private TopicMeter(TopicSubscription subscription)
    {
        Topic = subscription.Topics[0];
        Reading = ReadAsync(subscription);
    }

    public Topic Topic { get; }

    /// <summary>Ends with the subscription, with the error that ended it if there was one.</summary>
    public Task Reading { get; }

    public long Count => Volatile.Read(ref _count);

    public Quote Quote => _market.Quote;

    public TimeSpan? Age => Volatile.Read(ref _last) is { } last ? Stopwatch.GetElapsedTime(last.ReceivedAt) : null;

    /// <summary>The physical connection that the latest update came by; 0 before the first.</summary>
    public long Epoch => Volatile.Read(ref _last)?.Epoch.Value ?? 0;

    /// <summary>What is known when the subscription has ended.</summary>
    public TopicResult Result => new(
        Topic.Value, _count, _order.Interruptions, _order.InOrder, _order.VenueNumbers, _order.MissedWhileDown,
        [.. _latencies.Take((int)Math.Min(_count, _latencies.Length)).Order()]);

    /// <summary>Subscribes the topics one after the other, and reads each from then on.</summary>
    public static async Task<IReadOnlyList<TopicMeter>> SubscribeAsync(WebSocketClient client, IEnumerable<Topic> topics, CancellationToken cancellationToken)
    {
        var meters = new List<TopicMeter>();
        foreach (var topic in topics)
            meters.Add(new TopicMeter(await client.SubscribeAsync(topic, cancellationToken)));
        return meters;
    }

    /// <summary>Completes when each topic has had an update by a later physical connection than this.</summary>
    public static async Task FlowAsync(IReadOnlyList<TopicMeter> meters, long afterEpoch, CancellationToken cancellationToken)
    {
        while (meters.Any(meter => meter.Epoch <= afterEpoch))
        {
            if (meters.FirstOrDefault(meter => meter.Reading.IsCompleted) is { } ended)
                await ended.Reading;
            await Task.Delay(1, cancellationToken);
        }
    }

    private async Task ReadAsync(TopicSubscription subscription)
    {
        await foreach (var message in subscription.ReadAllAsync())
        {
            if (message is Interrupted)
                _order.Interrupt();
            if (message is not TopicUpdate update)
                continue;
            _latencies[_count % _latencies.Length] = Stopwatch.GetElapsedTime(update.ReceivedAt);
            _order.Check(update.Sequence, _market.Read(update.Payload) ?? NumberOf(update));
            Volatile.Write(ref _last, update);
            Volatile.Write(ref _count, _count + 1);
        }
    }

    // As the venue's handler reads it: it counts other things too.
    private static (long Number, bool IsNext)? NumberOf(TopicUpdate update) => update.SourceSequence is { } number ? (number, false) : null;
}

/// <summary>What one topic brought.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Updates">How many updates came.</param>
/// <param name="Interruptions">How often it was interrupted.</param>
/// <param name="InOrder">Whether every number was the one that had to follow.</param>
/// <param name="VenueNumbers">Whether the venue numbers its messages.</param>
/// <param name="MissedWhileDown">How many updates the venue sent that did not arrive, as a connection was lost; null: its numbers do not say.</param>
/// <param name="Latencies">From the socket to the subscriber sorted.</param>
internal sealed record TopicResult(
    string Topic, long Updates, int Interruptions, bool InOrder, bool VenueNumbers, long? MissedWhileDown, IReadOnlyList<TimeSpan> Latencies);
