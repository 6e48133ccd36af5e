using AkkaWs.Client;
using AkkaWs.Errors;

namespace AkkaWs.Hosting;

/// <summary>The host's connections by name, and further ones at run time. Thread-safe.</summary>
public interface IWebSocketClientFactory
{
    /// <summary>The names of the connections that the host declares, in the order of their declarations.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>
    /// The client of a connection, at once, also before the host has opened it: its calls wait until then. The host owns it: don't dispose of it.
    /// </summary>
    /// <exception cref="ArgumentException">The host declares no such connection; the message names those that it does.</exception>
    WebSocketClient Get(string name);

    /// <summary>The client of a connection, as soon as the host has opened it.</summary>
    /// <exception cref="ArgumentException">The host declares no such connection; the message names those that it does.</exception>
    /// <exception cref="ConnectionClosedException">The host did not open it: its start failed, or it has stopped.</exception>
    Task<WebSocketClient> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Opens a further connection, with what its builder takes from the host's services. It is the caller's to dispose of.</summary>
    /// <param name="name">Its name: unique per actor system.</param>
    /// <param name="configure">Builds it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOptionsException">Options are out of range; the exception names all of them.</exception>
    /// <exception cref="ConnectionNameInUseException">A connection of this name is open.</exception>
    /// <example><code>
    /// await using var client = await factory.OpenAsync("okx-swap", ws => ws.Url("wss://ws.okx.com:8443/ws/v5/public").Protocol&lt;OkxHandler&gt;());
    /// </code></example>
    Task<WebSocketClient> OpenAsync(string name, Func<ClientUrlStage, WebSocketClientBuilder> configure, CancellationToken cancellationToken = default);
}
