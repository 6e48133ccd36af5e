using System.Diagnostics;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Testing;
using Spectre.Console;

namespace Quickstart;

/// <summary>The exchange resets the connection, and the client brings everything back by itself. This only watches, and writes down when.</summary>
internal sealed record Outage(IReadOnlyList<OutageStep> Steps)
{
    /// <summary>From the kill to the first update of the last topic.</summary>
    public TimeSpan Total => Steps[^1].At;

    public static async Task<Outage> CauseAsync(ExchangeSimulator exchange, WebSocketClient client, IReadOnlyList<TopicMeter> meters, CancellationToken cancellationToken)
    {
        var steps = new List<OutageStep>();
        await using var events = client.WatchAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await events.MoveNextAsync(); // the state now; what follows is what happens
        var lost = client.Epoch.Value;

        var killed = Stopwatch.GetTimestamp();
        var killing = exchange.DropAllAsync();
        while (await events.MoveNextAsync())
        {
            var at = Stopwatch.GetElapsedTime(killed);
            if (StepOf(events.Current) is { } step)
                steps.Add(new OutageStep(at, step.What, step.Meaning));
            if (events.Current is Reconnected)
                break;
        }

        await TopicMeter.FlowAsync(meters, lost, cancellationToken);
        steps.Add(new OutageStep(Stopwatch.GetElapsedTime(killed), "all topics flow", $"each of the {meters.Count} has had a new update"));
        await killing;
        return new Outage(steps);
    }

    public Table ToTable()
    {
        var table = Screen.Table(("after", Justify.Right), ("step", Justify.Left), ("what it means", Justify.Left));
        table.AddRow("0 µs", "killed", "the exchange resets the TCP connection");
        foreach (var step in Steps)
            table.AddRow(new Text(Spans.Show(step.At)), new Text(step.What), new Text(step.Meaning));
        return table;
    }

    private static (string What, string Meaning)? StepOf(ConnectionEvent happened) => happened switch
    {
        ConnectionInterrupted => ("loss noticed", "each subscriber is told where its stream broke"),
        Reconnecting r => ($"attempt {r.Attempt} planned", r.Delay == TimeSpan.Zero ? "the first one starts at once" : $"it starts after a random delay of {Spans.Show(r.Delay)}"),
        Connected => ("connected", "TCP and WebSocket are open again"),
        Authenticated => ("logged in", "the login was signed anew, and accepted"),
        Reconnected => ("Ready", "requests flow; topics are subscribed again"),
        _ => null,
    };
}

/// <summary>Something that happened, and how long after the kill.</summary>
internal sealed record OutageStep(TimeSpan At, string What, string Meaning);
