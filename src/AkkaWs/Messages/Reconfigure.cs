using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Messages;

/// <summary>
/// Gives an open connection other options. Replies <see cref="Reconfigured"/>, or <c>Status.Failure</c> with an <c>InvalidOptionsException</c>: then
/// nothing has changed.
/// </summary>
/// <param name="Options">All of them, those that stay as they are included; the name must be the connection's.</param>
public sealed record Reconfigure(WebSocketClientOptions Options);

/// <summary>The options are changed, as far as an open connection can; each by its key, such as <c>reconnect.max-delay</c>.</summary>
/// <param name="Applied">What holds from now on, for whatever begins from now on.</param>
/// <param name="FromNextConnection">What holds from the next physical connection on: <see cref="Rotate"/> brings it at once.</param>
/// <param name="NotApplied">What stays as it was until the connection is closed and opened again.</param>
public sealed record Reconfigured(IReadOnlyList<string> Applied, IReadOnlyList<string> FromNextConnection, IReadOnlyList<string> NotApplied)
{
    /// <summary>The first keys of each kind.</summary>
    public override string ToString() =>
        $"Reconfigured {{ applied: {Keys(Applied)}; from the next connection: {Keys(FromNextConnection)}; not applied: {Keys(NotApplied)} }}";

    private static string Keys(IReadOnlyList<string> keys) => keys.Count == 0 ? "nothing" : Readable.List(keys);
}
