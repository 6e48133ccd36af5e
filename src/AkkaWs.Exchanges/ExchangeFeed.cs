using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>What <see cref="ExchangeFactory.Create"/> put together: everything to connect and subscribe with. The handler serves one connection.</summary>
/// <param name="Options">The connection's options; change them by <c>with</c>.</param>
/// <param name="Handler">The exchange's handler.</param>
/// <param name="Topics">A topic for each symbol and channel.</param>
public sealed record ExchangeFeed(WebSocketClientOptions Options, ProtocolHandler Handler, IReadOnlyList<Topic> Topics)
{
    /// <summary>Connects and waits until the connection is Ready. Errors are those of <see cref="WebSocketClient"/>.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="cancellationToken">Ends the wait, and the connection with it.</param>
    public Task<WebSocketClient> ConnectAsync(ActorSystem system, CancellationToken cancellationToken = default) =>
        WebSocketClient.ConnectAsync(system, Options, Handler, cancellationToken);
}
