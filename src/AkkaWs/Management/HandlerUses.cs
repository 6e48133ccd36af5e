using System.Runtime.CompilerServices;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Protocol;

namespace AkkaWs.Management;

/// <summary>Which connection a handler serves. A handler has state of one connection (ids, logins, learnt names), so that two would mix theirs. Thread-safe.</summary>
internal static class HandlerUses
{
    private static readonly ConditionalWeakTable<ProtocolHandler, ConnectionHandle> Uses = [];

    /// <summary>The name of the open connection that the handler serves; null: none.</summary>
    public static string? ServedBy(ProtocolHandler handler) =>
        Uses.TryGetValue(handler, out var handle) && handle.Current.State != ConnectionState.Closed ? handle.Name : null;

    /// <summary>The handler serves a connection from now on.</summary>
    public static void Claim(ProtocolHandler handler, ConnectionHandle handle) => Uses.AddOrUpdate(handler, handle);

    /// <summary>How a second use is refused.</summary>
    public static OptionError Error(ProtocolHandler handler, string other) =>
        new("protocol", $"the same {handler.GetType().Name} as of {other}", "a handler of its own: one instance serves one connection (services: register it as transient)");
}
