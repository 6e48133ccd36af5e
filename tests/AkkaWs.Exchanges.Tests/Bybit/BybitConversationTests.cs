using System.Text.Json.Nodes;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using Xunit.Abstractions;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Conversations that another client's tests recorded: '>' is what we must write, '&lt;' and '=' what we must understand.</summary>
public sealed class BybitConversationTests(ITestOutputHelper output)
{
    // The recorder subscribes one topic here and is answered with another.
    private static readonly Dictionary<string, Topic> Mismatched = new()
    {
        ["bybit/Subscriptions/V5/Linear/Ticker.txt"] = "tickers.BTCUSDT",
        ["bybit/Subscriptions/V5/Option/Ticker.txt"] = "tickers.BTC",
    };

    private static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(new ApiCredentials("1", "2"));

    public static TheoryData<string> Files => SharedData.ConversationsOf("bybit");

    [ConversationsTheory]
    [MemberData(nameof(Files))]
    public async Task Each_conversation_is_written_and_understood(string file)
    {
        var isTrade = file.Contains("/Socket/", StringComparison.Ordinal);
        var handler = new BybitHandler(isTrade ? BybitStream.Trade : BybitStream.Linear, Key);
        List<Topic> subscribed = [];
        Topic[] asked = [];
        var operation = "";
        var askedId = "";
        var count = new ConversationCount();
        foreach (var line in Conversation.Read(file))
        {
            count.Add(line.Side == '>' ? null : handler.KindOf(line.Text));
            switch (line.Side)
            {
                case '>':
                    operation = line.Operation;
                    askedId = line.Json["reqId"]?.ToString() ?? "";
                    asked = operation == "subscribe" ? [.. line.Json["args"]!.AsArray().Select(topic => new Topic((string)topic!))] : [];
                    subscribed.AddRange(asked);
                    AssertWritten(line, await WriteAsync(handler, line, asked));
                    break;
                case '<' when operation == "auth":
                    Assert.Equal(MessageKind.System, handler.KindOf(line.Text));
                    Assert.Equal(AuthenticationVerdict.Accepted, handler.ReadAuthentication(line.Text.Utf8().Span));
                    break;
                case '<':
                    var answer = handler.Acknowledge(line.Text);
                    Assert.Null(answer.Rejection);
                    Assert.True(answer.RequestId is not null || answer.Topics![0] == Mismatched.GetValueOrDefault(file, asked.FirstOrDefault()));
                    break;
                case '=' when isTrade:
                    Assert.Equal($"Response {askedId}", handler.Describe(line.Text));
                    Assert.False(handler.ReadResponse(line.Text.Utf8()).IsError);
                    break;
                default:
                    Assert.Equal(MessageKind.Update, handler.KindOf(line.Text));
                    Assert.Contains(handler.KeyOf(line.Text), Mismatched.TryGetValue(file, out var other) ? [other.Value] : subscribed.Select(topic => topic.Value));
                    break;
            }
        }

        Assert.NotEmpty(operation);
        count.Print(output, file);
    }

    private static async Task<OutboundMessage> WriteAsync(BybitHandler handler, Line line, Topic[] topics)
    {
        if (line.Operation == "subscribe")
            return handler.BuildSubscribe(topics, "id1");
        if (line.Operation == "auth")
            return await handler.BuildAuthenticationAsync(default);
        var request = line.Json;
        request.Remove("reqId");
        return handler.EncodeRequest("id1", request.ToJsonString().Utf8());
    }

    private static void AssertWritten(Line line, OutboundMessage message)
    {
        var expected = line.Json;
        // A recorded login has values that no key signs.
        if (line.Operation == "auth")
            expected["args"] = new JsonArray(expected["args"]!.AsArray().Select(_ => (JsonNode)"|any|").ToArray());
        Assert.True(Conversation.Matches(expected, JsonNode.Parse(message.Text())), $"expected {line.Text}, written {message.Text()}");
    }
}
