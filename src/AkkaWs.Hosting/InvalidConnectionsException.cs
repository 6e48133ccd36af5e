using AkkaWs.Errors;
using AkkaWs.Options;
using Microsoft.Extensions.Options;

namespace AkkaWs.Hosting;

/// <summary>The host does not start: options of its connections are out of range. All of them are named, for all connections; none was opened.</summary>
public sealed class InvalidConnectionsException : OptionsValidationException
{
    internal InvalidConnectionsException(IReadOnlyList<InvalidOptionsException> connections)
        : base(nameof(AkkaWs), typeof(WebSocketClientOptions), [.. from connection in connections from error in connection.Errors select $"{connection.Connection}: {error}"]) =>
        Connections = connections;

    /// <summary>The findings by connection, at least one.</summary>
    public IReadOnlyList<InvalidOptionsException> Connections { get; }

    /// <summary>Every finding with its connection, key, value and what is allowed.</summary>
    public override string Message => "the connections' options are invalid: " + string.Join("; ", Failures);
}
