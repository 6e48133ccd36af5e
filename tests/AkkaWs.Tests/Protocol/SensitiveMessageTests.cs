using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.Protocol.Legacy;
using AkkaWs.Protocol.Strategies;

#pragma warning disable CS0618 // The obsolete interface goes on working.

namespace AkkaWs.Tests.Protocol;

/// <summary>Which messages the built-in handlers hide from the log and from errors.</summary>
public sealed class SensitiveMessageTests
{
    [Fact]
    public async Task A_login_of_generic_JSON_and_its_answer_are_sensitive()
    {
        var handler = new GenericJsonHandler(new GenericJsonOptions { AuthenticationOperation = "enter", Login = _ => new(["key", 1]) });

        Hides(handler, await handler.BuildAuthenticationAsync(default));
        Hides(handler, """{"success":true,"ret_msg":"","op":"enter"}""");
        Hides(handler, """{"args":["key"],"op":"enter"}""");
        Shows(handler, """{"op":"order.create","args":[{"symbol":"BTCUSDT"}]}""", """{"topic":"enter","data":{}}""", """{"op":"ping"}""", "no JSON");
        Shows(handler, handler.BuildSubscribe(["a"], "1"));
    }

    [Fact]
    public async Task A_login_of_JSON_RPC_and_its_answer_are_sensitive()
    {
        var handler = new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions { Login = _ => new(new JsonRpcRequest("enter", new { a = 1 })) });
        Shows(handler, """{"jsonrpc":"2.0","method":"enter","id":7}""", """{"jsonrpc":"2.0","id":1,"result":1}""");

        Hides(handler, await handler.BuildAuthenticationAsync(default));

        Hides(handler, """{"jsonrpc":"2.0","id":1,"result":{}}""");
        Hides(handler, """{"jsonrpc":"2.0","method":"enter","params":{},"id":7}""");
        Shows(handler, """{"jsonrpc":"2.0","id":2,"result":{}}""", """{"jsonrpc":"2.0","method":"order","id":7}""", """[{"jsonrpc":"2.0","id":2,"result":{}}]""", "no JSON", "{}");
    }

    [Fact]
    public void The_login_of_the_simple_interface_is_sensitive()
    {
        var handler = new LegacyExchangeAdapter(new Simple());
        Shows(handler, "hello 1");

        var login = Assert.Single(handler.OnConnect());

        Assert.Equal("hello 1", Encoding.UTF8.GetString(login.Payload.Span));
        Hides(handler, login);
        Shows(handler, "+a", "hello 2");
    }

    [Fact]
    public void A_strategy_says_which_messages_are_sensitive()
    {
        var handler = new StrategySet(new Parts(), new Parts(), new Parts()).Handler;

        Hides(handler, "hello 1");
        Shows(handler, "other");
    }

    private static void Hides(ProtocolHandler handler, OutboundMessage message) => Assert.True(handler.IsSensitive(message.Payload.Span));

    private static void Hides(ProtocolHandler handler, string message) => Assert.True(handler.IsSensitive(Encoding.UTF8.GetBytes(message)), message);

    private static void Shows(ProtocolHandler handler, OutboundMessage message) => Assert.False(handler.IsSensitive(message.Payload.Span));

    private static void Shows(ProtocolHandler handler, params string[] messages) => Assert.All(messages, message => Assert.False(handler.IsSensitive(Encoding.UTF8.GetBytes(message)), message));

    private sealed class Simple : IExchangeHandler
    {
        private int _logins;

        public string? TopicOf(string message) => null;

        public string SubscribeMessage(string topic) => "+" + topic;

        public string? AuthenticationMessage() => $"hello {++_logins}";
    }

    private sealed class Parts : IConnectionStrategy, ISubscriptionStrategy, IMessageParser
    {
        public bool IsSensitive(ReadOnlySpan<byte> message) => message.StartsWith("hello"u8);

        public Classification Classify(ReadOnlySpan<byte> message) => Classification.Unknown;

        public OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("+");

        public OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("-");
    }
}
