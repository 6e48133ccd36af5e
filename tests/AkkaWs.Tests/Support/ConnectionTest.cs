using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.TestSupport;

namespace AkkaWs.Tests.Support;

/// <summary>What tests of a connection share: an actor system, a deadline for every wait, and the events of a connection.</summary>
public abstract class ConnectionTest : TestKit
{
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(120));

    protected ConnectionTest(string config = "")
        : base(TestHocon.Below($"akka.loglevel = WARNING\nakka.test.single-expect-default = 30s\n{config}"))
    {
    }

    protected CancellationToken Ct => _deadline.Token;

    internal Task<WebSocketClient> ConnectAsync(WebSocketClientOptions options, ProtocolHandler? handler = null) =>
        WebSocketClient.ConnectAsync(Sys, options, handler ?? new LineProtocol(), Ct);

    internal Task<WebSocketClient> OpenAsync(WebSocketClientOptions options, ProtocolHandler? handler = null) =>
        WebSocketClient.OpenAsync(Sys, options, handler ?? new LineProtocol(), Ct);

    protected static async Task<T> NextAsync<T>(WebSocketClient client, Func<T, bool>? match = null)
        where T : ConnectionEvent
    {
        ArgumentNullException.ThrowIfNull(client);
        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var happened in client.WatchAsync(deadline.Token))
        {
            if (happened is T wanted && (match is null || match(wanted)))
                return wanted;
        }

        throw new InvalidOperationException($"The connection was closed before {typeof(T).Name}.");
    }

    protected static string Text(TopicUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Encoding.UTF8.GetString(update.Payload.Span);
    }

    protected static Request Request(string payload) => new(Encoding.UTF8.GetBytes(payload));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _deadline.Dispose();
    }

    protected async Task<T> AskAsync<T>(IActorRef actor, object message) => await actor.Ask<T>(message, Deadline, Ct);
}
