using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Management;

/// <summary>Which dispatcher runs the actors of a connection.</summary>
internal static class ConnectionDispatcher
{
    private const string SharedKey = "akka-ws.dispatcher";

    /// <summary>The connection's own, else the one for all connections, else empty: Akka's default dispatcher.</summary>
    public static string Of(ActorSystem system, WebSocketClientOptions options) =>
        options.Dispatcher.Length > 0 ? options.Dispatcher : system.Settings.Config.GetString(SharedKey, "");

    /// <summary>What is wrong with it; null: nothing.</summary>
    public static OptionError? Check(ActorSystem system, WebSocketClientOptions options)
    {
        if (Of(system, options) is not { Length: > 0 } dispatcher)
            return null;
        try
        {
            system.Dispatchers.Lookup(dispatcher);
            return null;
        }
        catch (Exception e)
        {
            var key = options.Dispatcher.Length > 0 ? "dispatcher" : SharedKey;
            return new OptionError(key, $"\"{dispatcher}\"", $"the path of a dispatcher in the actor system's configuration, or empty ({OutsideText.Of(e)})");
        }
    }
}
