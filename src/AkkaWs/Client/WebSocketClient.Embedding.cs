using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Client;

// A connection that is an actor of the user's own tree.
public sealed partial class WebSocketClient
{
    /// <summary>
    /// A connection to be the child of an actor of one's own, instead of one under <c>/user/akkaws</c>. The actor takes the commands of <c>AkkaWs.Messages</c>, connects as soon as
    /// it is made, and ends with its parent, without a close frame; told <see cref="AkkaWs.Messages.Close"/> it closes with one, and answers commands until it is stopped. Nobody
    /// waits for its first connect: it never fails fast by default.
    /// </summary>
    /// <remarks>
    /// <para>If it cannot start, the actor stops, as with any failing <c>PreStart</c>; the parent's log and <c>Context.Watch</c> tell of it: a handler that serves another
    /// connection or a dispatcher that does not exist (<see cref="InvalidOptionsException"/>), a <paramref name="createHandler"/> that throws or makes none
    /// (<see cref="InvalidOperationException"/>). One that crashes on and on stops, too. A connection that closes for good does not stop its actor: that tells <c>WatchConnection</c>.</para>
    /// <para>What it sends, updates as well, comes from actors below it: distinguish them by type and topic, not by sender, which acknowledgements (<c>Ack</c>) go to. After a restart of its
    /// parent it is a new connection: subscribe again, in <c>PreStart</c> for example.</para>
    /// </remarks>
    /// <param name="options">
    /// The options; validated here. The name is for logs, events and metrics, and need not be the actor's; nobody checks that it is unique in the actor system, and two of one name are one in
    /// the metrics. <c>GetOrOpenAsync</c> and a host's health checks do not see this connection.
    /// </param>
    /// <param name="createHandler">Makes the venue's protocol, one for each time that the actor is made.</param>
    /// <exception cref="InvalidOptionsException">Options are out of range; the exception names all of them.</exception>
    /// <example><code>
    /// public sealed class Trader : ReceiveActor
    /// {
    ///     private readonly IActorRef _feed = Context.ActorOf(WebSocketClient.Props(Bybit.CreateOptions(BybitStream.Linear), () => new BybitHandler(BybitStream.Linear)), "feed");
    ///
    ///     public Trader() => Receive&lt;TopicUpdate&gt;(update => Handle(update));
    ///
    ///     protected override void PreStart() => _feed.Tell(new Subscribe(["tickers.BTCUSDT"], Self));
    /// }
    /// </code></example>
    public static Props Props(WebSocketClientOptions options, Func<ProtocolHandler> createHandler)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(createHandler);
        if (OptionsValidator.Validate(options) is { Count: > 0 } errors)
            throw new InvalidOptionsException(options.Name, errors);
        return EmbeddedConnection.Props(_ => new OpenConnection(options, Made(options.Name, createHandler()), WireConnection.ConnectAsync, AkkaWsExtension.NewRandom()));
    }

    private static ProtocolHandler Made(string name, ProtocolHandler? handler) => handler ?? throw new InvalidOperationException($"The protocol of connection {name} is null.");
}
