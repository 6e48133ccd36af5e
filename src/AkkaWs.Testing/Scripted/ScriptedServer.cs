using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>
/// A server whose conversation a test writes as a method, run once per connection. When the script returns, the connection is closed with 1000; when it throws, the connection is reset and the exception comes out of every wait and of
/// <c>DisposeAsync</c>. A broken connection or a cancelled token inside the script is no failure.
/// </summary>
/// <example><code>
/// await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
/// {
///     var hello = await connection.ReceiveTextAsync(ct);
///     await connection.SendTextAsync("welcome", ct);
///     await connection.UntilClosedAsync(ct);
/// });
/// </code></example>
public sealed class ScriptedServer : LoopbackServer<ScriptedConnection>
{
    private readonly Func<ScriptedConnection, CancellationToken, Task> _script;
    private readonly ScriptedServerOptions _options;

    private ScriptedServer(Func<ScriptedConnection, CancellationToken, Task> script, ScriptedServerOptions options)
        : base(options.TimeProvider, options.LedgerCapacity)
    {
        _script = script;
        _options = options;
    }

    /// <summary>Starts a server that runs the script for each connection.</summary>
    public static Task<ScriptedServer> StartAsync(Func<ScriptedConnection, CancellationToken, Task> script, CancellationToken cancellationToken = default) =>
        StartAsync(script, new ScriptedServerOptions(), cancellationToken);

    /// <summary>Starts a server that runs the script for each connection.</summary>
    public static async Task<ScriptedServer> StartAsync(
        Func<ScriptedConnection, CancellationToken, Task> script, ScriptedServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(options);
        var server = new ScriptedServer(script, options);
        await server.ListenAsync("/", port: 0, cancellationToken).ConfigureAwait(false);
        return server;
    }

    private protected override WebSocketAcceptContext AcceptOptions =>
        new() { SubProtocol = _options.SubProtocol, DangerousEnableCompression = _options.EnableCompression };

    private protected override ScriptedConnection CreateConnection(ConnectionSeed seed) => new(seed, _options.MaxMessageBytes, Changed);

    private protected override async ValueTask<bool> BeforeUpgradeAsync(HttpContext context) =>
        _options.OnUpgrade is not { } answer || await answer(context).ConfigureAwait(false);

    private protected override async Task ServeAsync(ScriptedConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await _script(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (WebSocketException or IOException or OperationCanceledException or ObjectDisposedException))
        {
            Fail(exception, connection);
        }
    }
}
