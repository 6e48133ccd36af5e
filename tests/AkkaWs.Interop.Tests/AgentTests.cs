using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using AkkaWs.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Interop.Tests;

/// <summary>The conformance agent against a small suite that speaks the fuzzing server's protocol.</summary>
public sealed class AgentTests
{
    [Fact]
    public async Task The_agent_echoes_each_case_asks_for_the_verdicts_and_prints_the_tally()
    {
        await using var suite = await Suite.StartAsync();
        var output = new StringWriter();

        var passed = await new Agent(suite.Url, "akka ws", deflate: false, output).RunAsync().WaitAsync(Wait.Limit);

        Assert.False(passed);
        Assert.Contains("case 3 (1.1.3): FAILED", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("3 cases: 1 FAILED, 1 INFORMATIONAL, 1 OK", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(["akka ws"], suite.Reported);
        Assert.Equal(["hello 1", "hello 2", "hello 3"], suite.Echoed.Order());
    }

    private sealed class Suite : IAsyncDisposable
    {
        private static readonly string[] Verdicts = ["OK", "INFORMATIONAL", "FAILED"];

        private WebApplication _app = null!;

        public ConcurrentBag<string> Echoed { get; } = [];

        public ConcurrentBag<string> Reported { get; } = [];

        public Uri Url => new(_app.Urls.Single().Replace("http", "ws", StringComparison.Ordinal));

        public static async Task<Suite> StartAsync()
        {
            var suite = new Suite();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            suite._app = builder.Build();
            suite._app.UseWebSockets();
            suite._app.Run(suite.ServeAsync);
            await suite._app.StartAsync();
            return suite;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task ServeAsync(HttpContext context)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var number = int.TryParse(context.Request.Query["case"], out var parsed) ? parsed : 0;
            switch (context.Request.Path.Value)
            {
                case "/getCaseCount":
                    await SendAsync(socket, "3");
                    break;
                case "/getCaseStatus":
                    await SendAsync(socket, $$"""{"behavior":"{{Verdicts[number - 1]}}"}""");
                    break;
                case "/getCaseInfo":
                    await SendAsync(socket, $$"""{"id":"1.1.{{number}}","description":""}""");
                    break;
                case "/runCase":
                    await SendAsync(socket, $"hello {number}");
                    var buffer = new byte[100];
                    var echo = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                    Echoed.Add(Encoding.UTF8.GetString(buffer, 0, echo.Count));
                    break;
                default:
                    Reported.Add(context.Request.Query["agent"]!);
                    break;
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        private static Task SendAsync(WebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
    }
}
