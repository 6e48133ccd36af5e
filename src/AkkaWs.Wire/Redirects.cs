using System.Net;

namespace AkkaWs.Wire;

/// <summary>Which redirects of an upgrade are followed.</summary>
internal static class Redirects
{
    /// <summary>Where the answer redirects to; null when it does not.</summary>
    public static string? Target(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && answer.Headers.NonValidated.TryGetValues("Location", out var location)
            ? location.ToString()
            : null;

    /// <summary>The URL to go on with; throws when going there would give something away.</summary>
    public static Uri Check(Uri from, string location, HttpStatusCode status, WireOptions options)
    {
        if (!Uri.TryCreate(from, location, out var to))
            throw Refuse($"{UpgradeFailures.Name(from)} redirects to what is no URL.");
        if (to.Scheme is "http" or "https")
            to = new UriBuilder(to) { Scheme = to.Scheme == "http" ? "ws" : "wss", Port = to.Port }.Uri;
        if (to.Scheme is not ("ws" or "wss") || to.UserInfo.Length > 0 || !OptionRules.HasName(to))
            throw Refuse($"{UpgradeFailures.Name(from)} redirects to what is no WebSocket URL.");
        if (from.Scheme == "wss" && to.Scheme == "ws")
            throw Refuse($"{UpgradeFailures.Name(from)} redirects to an unencrypted URL, which is never followed.");
        if (from.IsLoopback && to.Scheme == "ws" && !to.IsLoopback)
            throw Refuse($"{UpgradeFailures.Name(from)} redirects to an unencrypted URL of another host, which is never followed.");
        // Any header of the caller's may be a credential, since venues name theirs as they like, and so may a sub-protocol.
        if (from.Authority != to.Authority && (options.Headers.Count > 0 || options.SubProtocols.Count > 0 || options.ClientCertificates is { Count: > 0 }))
            throw Refuse($"{UpgradeFailures.Name(from)} redirects to {UpgradeFailures.Name(to)}: nothing of the caller's is ever sent to another host.");
        return to.Fragment.Length > 0 ? new UriBuilder(to) { Fragment = "" }.Uri : to;

        WireHandshakeException Refuse(string problem) => new(problem) { HttpStatusCode = status };
    }
}
