using AkkaWs.Options;
using AkkaWs.Protocol;

namespace AkkaWs.Management;

/// <summary>In what an open connection is not what is asked for under its name.</summary>
internal static class ConnectionDifferences
{
    private static readonly TransportHooks NoHooks = new();

    /// <summary>The keys of the options that differ, and the names of the parts that do.</summary>
    /// <param name="inForce">The options of the open connection, as they are by now.</param>
    /// <param name="existing">What it was opened with.</param>
    /// <param name="asked">What is asked for.</param>
    public static IReadOnlyList<string> Find(WebSocketClientOptions inForce, OpenConnection existing, OpenConnection asked) =>
        [.. OptionCatalog.Differences(inForce, asked.Options).Select(option => option.Key), .. Parts(existing, asked)];

    // What is code may be another account's: it is the same where it is the same object.
    private static IEnumerable<string> Parts(OpenConnection existing, OpenConnection asked)
    {
        if (!AreInterchangeable(existing.Handler, asked.Handler))
            yield return "protocol";
        if (!ReferenceEquals(existing.Login, asked.Login))
            yield return "login";
        if (!existing.Endpoints.SequenceEqual(asked.Endpoints, ReferenceEqualityComparer.Instance))
            yield return "endpoint";
        if ((existing.Hooks ?? NoHooks) != (asked.Hooks ?? NoHooks))
            yield return "transport";
        if (!ReferenceEquals(existing.Policy, asked.Policy))
            yield return "reconnect-policy";
    }

    // Both have to agree: one that knows nothing of the other's type may take it for its own.
    private static bool AreInterchangeable(ProtocolHandler existing, ProtocolHandler asked)
    {
        try
        {
            return ReferenceEquals(existing, asked) || (existing.IsInterchangeableWith(asked) && asked.IsInterchangeableWith(existing));
        }
        catch (Exception)
        {
            return false; // a handler that fails must not harm the connections of others
        }
    }
}
