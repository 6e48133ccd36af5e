using System.Text.Json.Nodes;
using AkkaWs.Protocol;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.Testing;
using Xunit.Abstractions;

namespace AkkaWs.Tests.Captures;

/// <summary>
/// Each recorded message is classified as its venue means it: responses matched to their request, updates to a topic that was subscribed. What a message is,
/// and which topics were asked for, is read from the JSON here, apart from any handler.
/// </summary>
public sealed class VenueClassificationTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Venue> Venues = new()
    {
        ["BYBIT.ws.26.0"] = new(() => new GenericJsonHandler(), BybitMeans, Arguments),
        ["bybit-v5-public-2026-08.jsonl"] = new(() => new GenericJsonHandler(), BybitMeans, Arguments),
        ["OKX.ws.1.0"] = new(
            () => new GenericJsonHandler(VenueOptions.Okx),
            m => m["event"] is not null ? (MessageKind.Control, null) : (MessageKind.Update, $"{m["arg"]!["channel"]}:{m["arg"]!["instId"]}"),
            m => m["args"]!.AsArray().Select(arg => $"{arg!["channel"]}:{arg["instId"]}")),
        ["BINANCE_FUTURES.ws.1.0"] = new(() => new GenericJsonHandler(VenueOptions.Binance), m => (MessageKind.Update, (string)m["stream"]!), _ => []),
        ["COINBASE.ws.28.0"] = new(
            () => new GenericJsonHandler(VenueOptions.Coinbase),
            m => (string)m["type"]! == "subscriptions" ? (MessageKind.Control, null) : (MessageKind.Update, $"{m["type"]}:{m["product_id"]}"),
            m => from product in m["product_ids"]!.AsArray()
                 from channel in m["channels"]!.AsArray()
                 from type in (string)channel! switch { "level2" => (string[])["snapshot", "l2update"], "matches" => ["match", "last_match"], var same => [same] }
                 select $"{type}:{product}"),
        ["DERIBIT.ws.1.0"] = new(
            () => new JsonRpcHandler(new DeribitStyle()),
            m => m["method"] is not null ? (MessageKind.Update, (string)m["params"]!["channel"]!) : (MessageKind.Response, m["id"]!.ToJsonString()),
            m => m["params"]!["channels"]!.AsArray().Select(channel => (string)channel!)),
        ["KRAKEN.ws.49.0"] = new(
            () => new KrakenProtocol(),
            m => m is JsonArray array
                ? (MessageKind.Update, $"{array[2]}:{array[3]}")
                : ((string)m["event"]! == "subscriptionStatus" ? MessageKind.Control : MessageKind.System, (string?)null),
            m => m["pair"]!.AsArray().Select(pair => $"{m["subscription"]!["name"]}:{pair}")),
    };

    public static TheoryData<string> Files => [.. Venues.Keys];

    [CapturesTheory]
    [MemberData(nameof(Files))]
    public async Task Each_recorded_message_is_what_its_venue_means(string file)
    {
        var venue = Venues[file];
        var capture = CaptureFile.Read(Path.Combine(CaptureFolder.Path!, file));
        var kit = new HandlerTestKit(venue.Handler());
        var subscribed = SubscribedIn(capture, venue);
        Dictionary<MessageKind, int> counts = [];
        HashSet<string> topics = [];
        foreach (var message in capture.ServerMessages)
        {
            var (kind, key) = venue.Means(JsonNode.Parse(message.Text)!);

            var fed = await kit.FeedAsync(message.Utf8, isBinary: false);

            Assert.True(fed.Kind == kind, $"{file}, line {message.Line}: {fed.Kind} instead of {kind}");
            Assert.Equal(key, fed.Topic?.Value ?? fed.RequestId?.Value);
            if (fed.Topic is { } topic)
                Assert.True(subscribed.Contains(topic.Value), $"{file}, line {message.Line}: {topic} was not subscribed");
            if (fed.Topic is not null)
                topics.Add(fed.Topic.Value.Value);
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
        }

        Assert.True(counts[MessageKind.Update] > 0);
        Assert.Equal(capture.ServerMessages.Count, counts.Values.Sum());
        output.WriteLine($"{"file",-30} {"messages",8} {string.Join(' ', Enum.GetNames<MessageKind>()[..5].Select(name => $"{name,8}"))} {"topics",8}");
        output.WriteLine($"{file,-30} {capture.ServerMessages.Count,8} {string.Join(' ', Enum.GetValues<MessageKind>()[..5].Select(kind => $"{counts.GetValueOrDefault(kind),8}"))} {topics.Count,8}");
    }

    [CapturesFact]
    public void No_recording_is_left_out() => Assert.Equal(
        Directory.GetFiles(CaptureFolder.Path!).Select(file => Path.GetFileName(file)).Where(file => file != "LICENSE").Order(StringComparer.Ordinal),
        Venues.Keys.Order(StringComparer.Ordinal));

    [CapturesTheory]
    [InlineData("DERIBIT.ws.1.0", 1)]
    [InlineData("OKX.ws.1.0", 18)]
    [InlineData("BYBIT.ws.26.0", 4)]
    public void Each_recorded_acknowledgement_confirms_what_was_asked_for(string file, int expected)
    {
        var venue = Venues[file];
        var capture = CaptureFile.Read(Path.Combine(CaptureFolder.Path!, file));
        var handler = venue.Handler();
        var subscribed = SubscribedIn(capture, venue);

        var answers = capture.ServerMessages
            .Where(message => handler.Classify(message.Utf8.Span).Kind is MessageKind.Control or MessageKind.Response)
            .Select(message => handler.ReadAcknowledgement(message.Utf8.Span)!)
            .ToList();

        Assert.Equal(expected, answers.Count);
        Assert.All(answers, answer => Assert.Null(answer.Rejection));
        Assert.All(answers.SelectMany(answer => answer.Topics ?? []), topic => Assert.Contains(topic.Value, subscribed));
    }

    private static HashSet<string> SubscribedIn(CaptureFile capture, Venue venue) =>
    [
        .. capture.ClientMessages.SelectMany(message => venue.Asks(JsonNode.Parse(message.Text)!)),
        .. capture.Urls.SelectMany(url => Uri.UnescapeDataString(url.Query).Split('=')[^1].Split('/')),
    ];

    private static (MessageKind Kind, string? Key) BybitMeans(JsonNode message) =>
        message["topic"] is { } topic ? (MessageKind.Update, (string)topic!) : (MessageKind.Control, null);

    private static IEnumerable<string> Arguments(JsonNode message) => message["args"]!.AsArray().Select(arg => (string)arg!);

    private sealed record Venue(Func<ProtocolHandler> Handler, Func<JsonNode, (MessageKind Kind, string? Key)> Means, Func<JsonNode, IEnumerable<string>> Asks);
}
