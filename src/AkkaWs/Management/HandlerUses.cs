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
    private static readonly Lock Claims = new();

    /// <summary>The open connection that the handler serves; null: none.</summary>
    public static ConnectionHandle? ServedBy(ProtocolHandler handler) =>
        Uses.TryGetValue(handler, out var handle) && handle.Current.State != ConnectionState.Closed ? handle : null;

    /// <summary>The handler serves a connection from now on, unless it serves another one.</summary>
    /// <returns>Null, or how it is refused.</returns>
    public static OptionError? Claim(ProtocolHandler handler, ConnectionHandle mine)
    {
        lock (Claims)
        {
            if (ServedBy(handler) is { } other && other != mine)
                return Error(handler, other.Name);
            Uses.AddOrUpdate(handler, mine);
            return null;
        }
    }

    /// <summary>The connection that claimed the handler was not opened after all.</summary>
    public static void Release(ProtocolHandler handler, ConnectionHandle mine)
    {
        lock (Claims)
        {
            if (ServedBy(handler) == mine)
                Uses.Remove(handler);
        }
    }

    /// <summary>How a second use is refused.</summary>
    public static OptionError Error(ProtocolHandler handler, string other) =>
        new("protocol", $"the same {handler.GetType().Name} as of {other}", "a handler of its own: one instance serves one connection (services: register it as transient)");
}
