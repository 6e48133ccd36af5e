using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>How a <see cref="ScriptedServer"/> upgrades and reads.</summary>
public sealed record ScriptedServerOptions
{
    /// <summary>
    /// Sees each upgrade request before it is answered. True goes on with the upgrade; false says that the response was written here: a redirect, a 401 with a body, a proxy's error page. A task that never
    /// ends is a server that never answers. Default null: every upgrade is accepted.
    /// </summary>
    public Func<HttpContext, ValueTask<bool>>? OnUpgrade { get; init; }

    /// <summary>The subprotocol that the response names, whether the client offered it or not; default none.</summary>
    public string? SubProtocol { get; init; }

    /// <summary>Accepts permessage-deflate when the client offers it; default false.</summary>
    public bool EnableCompression { get; init; }

    /// <summary>The largest message that is read, in bytes; a larger one is answered with 1009. Default 16 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many of its messages each connection keeps; default 1,024.</summary>
    public int LedgerCapacity { get; init; } = 1024;

    /// <summary>Where message times come from; default the system.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
