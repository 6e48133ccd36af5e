using AkkaWs.Tests.Architecture;

namespace AkkaWs.Tests.Client;

/// <summary>A connection without URL or protocol does not compile, and neither does the wrong order.</summary>
public sealed class StagedBuilderTests
{
    [Theory]
    [InlineData("""WebSocketClient.Builder("feed").Url("wss://x").Protocol(new GenericJsonHandler()).ConnectAsync(system, cancellationToken)""")]
    [InlineData("""WebSocketClient.Builder("feed").Url(new Uri("wss://x")).Protocol(_ => new GenericJsonHandler()).Header("X-Key", "v").OpenAsync(system)""")]
    [InlineData("""WebSocketClient.Builder("feed").Options(options).Protocol(new GenericJsonHandler()).Queue(q => q with { Capacity = 9 }).OpenAsync(system)""")]
    [InlineData("""WebSocketClient.Builder("feed").Hocon().Protocol(new GenericJsonHandler()).With(o => o with { AllowInsecure = true }).OpenAsync(system)""")]
    public void The_right_order_compiles(string expression) => Assert.Empty(ErrorsOf(expression));

    [Theory]
    [InlineData("""WebSocketClient.Builder("feed").Protocol(new GenericJsonHandler())""", "CS1061", "ClientUrlStage", "Protocol")]
    [InlineData("""WebSocketClient.Builder("feed").ConnectAsync(system)""", "CS1061", "ClientUrlStage", "ConnectAsync")]
    [InlineData("""WebSocketClient.Builder("feed").Header("X-Key", "v")""", "CS1061", "ClientUrlStage", "Header")]
    [InlineData("""WebSocketClient.Builder("feed").Url("wss://x").ConnectAsync(system)""", "CS1061", "ClientProtocolStage", "ConnectAsync")]
    [InlineData("""WebSocketClient.Builder("feed").Url("wss://x").Reconnect(r => r)""", "CS1061", "ClientProtocolStage", "Reconnect")]
    [InlineData("""WebSocketClient.Builder("feed").Url("wss://x").Url("wss://y")""", "CS1061", "ClientProtocolStage", "Url")]
    [InlineData("""WebSocketClient.Builder("feed").Url("wss://x").Protocol(new GenericJsonHandler()).Url("wss://y")""", "CS1061", "WebSocketClientBuilder", "Url")]
    [InlineData("""WebSocketClient.Builder("feed").Url("wss://x").Protocol(new GenericJsonHandler()).Protocol(new GenericJsonHandler())""", "CS1061", "WebSocketClientBuilder", "Protocol")]
    [InlineData("""new WebSocketClientBuilder("feed", null, null)""", "CS1729", "WebSocketClientBuilder", "")]
    [InlineData("""new ClientProtocolStage("feed", null)""", "CS1729", "ClientProtocolStage", "")]
    public void The_wrong_order_does_not_compile(string expression, string diagnostic, string stage, string member)
    {
        var error = Assert.Single(ErrorsOf(expression));

        Assert.Contains(diagnostic, error, StringComparison.Ordinal);
        Assert.Contains(stage, error, StringComparison.Ordinal);
        Assert.Contains(member, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""akka.WithWebSocket("feed", ws => ws.Url("wss://x").Protocol(new GenericJsonHandler()))""", "")]
    [InlineData("""akka.WithWebSocket<int>("feed", ws => ws.Url("wss://x").Protocol<GenericJsonHandler>().Rotation(r => r))""", "")]
    [InlineData("""akka.WithWebSocket("feed", ws => ws.Url("wss://x"))""", "CS0029")]
    [InlineData("""akka.WithWebSocket("feed", ws => ws)""", "CS0029")]
    [InlineData("""akka.WithWebSocket("feed", ws => ws.Protocol<GenericJsonHandler>().Url("wss://x"))""", "CS1929")]
    public void A_hosts_connection_is_built_in_the_same_stages(string expression, string diagnostic)
    {
        var code = $$"""
            using Akka.Hosting;
            using AkkaWs.Hosting;
            using AkkaWs.Protocol;

            static class Setup
            {
                public static void Configure(AkkaConfigurationBuilder akka) => {{expression}};
            }
            """;

        var errors = DocumentedCode.ErrorsOf(new CodeBlock("snippet", 1, "csharp", code, IsFragment: false));

        if (diagnostic.Length == 0)
            Assert.Empty(errors);
        else
            Assert.Contains(errors, error => error.Contains(diagnostic, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> ErrorsOf(string expression) =>
        DocumentedCode.ErrorsOf(new CodeBlock("snippet", 1, "csharp", $"object made = {expression};", IsFragment: true));
}
