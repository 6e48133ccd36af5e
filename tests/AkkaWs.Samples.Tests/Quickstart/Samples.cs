using Quickstart;

namespace AkkaWs.Samples.Tests.Quickstart;

/// <summary>Figures as wide as they may get.</summary>
internal static class Samples
{
    public static Quote Quote { get; } = new(163_956.80m, 163_956.90m, 163_957.00m);

    public static TopicResult Topic { get; } = new("orderbook.50.BTCUSDT", 12_345_678, 1, InOrder: true, VenueNumbers: true, MissedWhileDown: 1_234, [TimeSpan.FromMicroseconds(31), TimeSpan.FromMilliseconds(411)]);

    public static OrderResult Order { get; } = new("Sell", "BTCUSDT", 0.010m, 160_759.00m) { Id = "1", IsAnswered = true, State = "Filled at 163,956.80", AnsweredIn = TimeSpan.FromMilliseconds(228) };

    public static OrderResult Refused { get; } = Order with { IsAnswered = false, State = "SentOutcomeUnknownException" };

    public static Outage Outage { get; } = new(
    [
        new OutageStep(TimeSpan.FromMilliseconds(0.31), "loss noticed", "each subscriber is told where its stream broke"),
        new OutageStep(TimeSpan.FromMilliseconds(115), "attempt 2 planned", "it starts after a random delay of 1.5 ms"),
        new OutageStep(TimeSpan.FromSeconds(12), "all topics flow", "each of the 6 has had a new update"),
    ]);
}
