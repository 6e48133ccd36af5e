using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Transport;

// Subscriptions that stand for several topics, beside those of a topic itself. Connections without any do none of this.
internal sealed partial class ReadLoop
{
    private void RouteByPattern(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        var (topic, routes) = _keys.Patterns(key);
        foreach (var route in routes)
        {
            if (IsDuplicateOf(route, topic, payload.Span, receivedAt))
                _context.Counters.AddDuplicate();
            else
                Route(route.Progress, topic, payload, receivedAt);
        }

        if (routes.Length == 0 && _keys.Route(key) is null)
            _context.Counters.AddUnrouted();
    }

    private bool IsDuplicateOfPattern(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, long receivedAt)
    {
        if (_context.Routes.Patterns.Length == 0 || !_keys.HasName(key))
            return false;
        var (topic, routes) = _keys.Patterns(key);
        foreach (var route in routes)
        {
            if (route.Matched?.TryGetValue(topic, out var last) == true && IsDuplicate(last, _context.Handler.SequenceOf(payload), receivedAt))
                return true;
        }

        return false;
    }

    // The numbers of different topics say nothing about each other: a pattern remembers the last of each.
    private bool IsDuplicateOf(TopicRoute pattern, Topic topic, ReadOnlySpan<byte> payload, long receivedAt)
    {
        var marks = pattern.Matched ??= [];
        var sequence = _context.Handler.SequenceOf(payload);
        if (marks.TryGetValue(topic, out var last))
        {
            if (IsDuplicate(last, sequence, receivedAt))
                return true;
            MarkHole(pattern, last, payload);
        }

        if (marks.Count >= _context.Options.Subscriptions.MaxTopics && !marks.ContainsKey(topic))
            marks.Clear(); // a duplicate does less harm than a memory without bounds
        marks[topic] = new PatternMark(_context.Epoch, sequence, receivedAt);
        return false;
    }
}
