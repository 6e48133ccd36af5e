using System.Text.Json.Nodes;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using Xunit.Abstractions;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Recordings of real feeds: each message is classified as its exchange means it, each update belongs to a topic that was subscribed.</summary>
public sealed class CaptureTests(ITestOutputHelper output)
{
    [CapturesTheory]
    [InlineData("BYBIT.ws.26.0", BybitStream.Linear)]
    [InlineData("bybit-v5-public-2026-08.jsonl", BybitStream.Spot)]
    public void Each_message_of_Bybit_is_understood(string file, BybitStream stream)
    {
        var capture = Read(file);
        var count = Count(file, new BybitHandler(stream), capture);
        var subscribed = capture.ClientMessages.SelectMany(message => JsonNode.Parse(message.Text)!["args"]!.AsArray()).Select(topic => (string)topic!);

        AssertUnderstood(capture, count, subscribed);
        Assert.Equal(capture.ServerMessages.Count(message => message.Text.Contains("\"success\"", StringComparison.Ordinal)), count.Of(MessageKind.Control));
    }

    [CapturesFact]
    public void Each_message_of_OKX_is_understood()
    {
        const string File = "OKX.ws.1.0";
        var capture = Read(File);
        var count = Count(File, new OkxHandler(OkxStream.Public), capture);
        List<string> subscribed =
            [.. capture.ClientMessages.SelectMany(message => JsonNode.Parse(message.Text)!["args"]!.AsArray()).Select(arg => OkxTopic.Read(arg!.ToJsonString().Utf8().Span).Value)];

        AssertUnderstood(capture, count, subscribed);
        // One acknowledgement per argument.
        Assert.Equal(subscribed.Count, count.Of(MessageKind.Control));
    }

    [CapturesFact]
    public void Each_message_of_Binance_is_understood()
    {
        const string File = "BINANCE_FUTURES.ws.1.0";
        var capture = Read(File);
        var count = Count(File, new BinanceStreamsHandler(), capture);

        // Subscribed by the address: ?streams=a/b/c.
        AssertUnderstood(capture, count, capture.Urls.SelectMany(url => Uri.UnescapeDataString(url.Query)["?streams=".Length..].Split('/')));
        Assert.Equal(capture.ServerMessages.Count, count.Of(MessageKind.Update));
    }

    [CapturesFact]
    public void Each_message_of_Deribit_is_understood()
    {
        const string File = "DERIBIT.ws.1.0";
        var capture = Read(File);
        var count = Count(File, new DeribitHandler(), capture);
        var subscribe = JsonNode.Parse(Assert.Single(capture.ClientMessages).Text)!;

        AssertUnderstood(capture, count, subscribe["params"]!["channels"]!.AsArray().Select(channel => (string)channel!));
        // The recorder's only request, number 0, and its only response.
        Assert.Equal((1, 0), (count.Of(MessageKind.Response), (int)subscribe["id"]!));
        Assert.Equal("0", new DeribitHandler().KeyOf(capture.ServerMessages[0].Text));
    }

    public static TheoryData<string, string> Venues => new()
    {
        { "BYBIT.ws.26.0", "bybit-linear" },
        { "OKX.ws.1.0", "okx-spot" },
        { "BINANCE_FUTURES.ws.1.0", "binance-usdm" },
        { "DERIBIT.ws.1.0", "deribit" },
    };

    [CapturesTheory]
    [MemberData(nameof(Venues))]
    public void Classifying_allocates_nothing(string file, string exchange)
    {
        var handler = new ExchangeFactory().Find(exchange).CreateHandler(null);
        var messages = Read(file).ServerMessages;
        Run(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run(int times)
        {
            for (var time = 0; time < times; time++)
            {
                for (var i = 0; i < messages.Count; i++)
                    handler.Classify(messages[i].Utf8.Span);
            }
        }
    }

    private static CaptureFile Read(string file) => CaptureFile.Read(Path.Combine(SharedData.Captures!, file));

    private ClassificationCount Count(string file, ProtocolHandler handler, CaptureFile capture)
    {
        var count = new ClassificationCount(handler, capture.ServerMessages);
        count.Print(output, file);
        return count;
    }

    private static void AssertUnderstood(CaptureFile capture, ClassificationCount count, IEnumerable<string> subscribed)
    {
        Assert.Empty(count.Unknown);
        Assert.NotEmpty(count.Topics);
        Assert.Empty(count.Topics.Keys.Except(subscribed));
        Assert.Equal(capture.ServerMessages.Count, Enum.GetValues<MessageKind>().Sum(count.Of));
    }
}
