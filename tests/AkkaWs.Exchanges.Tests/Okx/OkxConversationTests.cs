using System.Text.Json.Nodes;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using Xunit.Abstractions;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Conversations that another client's tests recorded: '>' is what we must write, '&lt;' and '=' what we must understand.</summary>
public sealed class OkxConversationTests(ITestOutputHelper output)
{
    private static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(new ApiCredentials("123", "456", "789"));

    public static TheoryData<string> Files => SharedData.ConversationsOf("okx");

    [ConversationsTheory]
    [MemberData(nameof(Files))]
    public async Task Each_conversation_is_written_and_understood(string file)
    {
        var handler = new OkxHandler(OkxStream.Private, Key);
        List<Topic> subscribed = [];
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
                    askedId = line.Json["id"]?.ToString() ?? "";
                    Topic[] topics = operation == "subscribe" ? [.. line.Json["args"]!.AsArray().Select(arg => OkxTopic.Read(arg!.ToJsonString().Utf8().Span))] : [];
                    subscribed.AddRange(topics);
                    AssertWritten(line, await WriteAsync(handler, line, topics));
                    break;
                case '<' when operation == "login":
                    Assert.Equal(MessageKind.System, handler.KindOf(line.Text));
                    Assert.Equal(AuthenticationVerdict.Accepted, handler.ReadAuthentication(line.Text.Utf8().Span));
                    break;
                case '<':
                    Assert.Contains(Assert.Single(handler.Acknowledge(line.Text).Topics!), subscribed);
                    break;
                case '=' when operation != "subscribe":
                    Assert.Equal($"Response {askedId}", handler.Describe(line.Text));
                    Assert.False(handler.ReadResponse(line.Text.Utf8()).IsError);
                    break;
                default:
                    Assert.Equal(MessageKind.Update, handler.KindOf(line.Text));
                    Assert.Contains(handler.KeyOf(line.Text), subscribed.Select(topic => topic.Value));
                    break;
            }
        }

        Assert.NotEmpty(operation);
        count.Print(output, file);
    }

    private static async Task<OutboundMessage> WriteAsync(OkxHandler handler, Line line, Topic[] topics)
    {
        if (line.Operation == "subscribe")
            return handler.BuildSubscribe(topics, "id1");
        if (line.Operation == "login")
            return await handler.BuildAuthenticationAsync(default);
        var request = line.Json;
        request.Remove("id");
        return handler.EncodeRequest("id1", request.ToJsonString().Utf8());
    }

    // The recorder leaves out the id that OKX allows with a subscription, and in some conversations what it logged in with.
    private static void AssertWritten(Line line, OutboundMessage message)
    {
        var written = JsonNode.Parse(message.Text())!.AsObject();
        if (line.Operation == "subscribe")
            written.Remove("id");
        if (line.Operation == "login" && line.Json["args"]![0]!.AsObject().Count == 0)
            written["args"] = new JsonArray(new JsonObject());
        Assert.True(Conversation.Matches(line.Json, written), $"expected {line.Text}, written {written.ToJsonString()}");
    }
}
