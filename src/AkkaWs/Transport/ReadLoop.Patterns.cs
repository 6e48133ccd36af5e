namespace AkkaWs.Transport;

// Subscriptions that stand for several topics, beside those of a topic itself. Connections without any do none of this.
internal sealed partial class ReadLoop
{
    private void RouteByPattern(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        var (topic, routes) = _keys.Patterns(key);
        foreach (var route in routes)
            Route(route.Progress, topic, payload, receivedAt);
        if (routes.Length == 0 && _keys.Route(key) is null)
            _context.Counters.AddUnrouted();
    }
}
