using AkkaWs.Primitives;

namespace AkkaWs.Protocol.Strategies;

/// <summary>Whether the parts of a set are there and fit.</summary>
internal static class StrategyChecks
{
    public static IReadOnlyList<string> Findings(IConnectionStrategy? connection, ISubscriptionStrategy? subscriptions, IMessageParser? parser)
    {
        List<string> findings = [];
        if (connection is null)
            findings.Add("the connection strategy is missing");
        if (subscriptions is null)
            findings.Add("the subscription strategy is missing");
        if (parser is null)
            findings.Add("the message parser is missing");
        var venues = new[] { connection?.Venue, subscriptions?.Venue, parser?.Venue }.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (venues.Count > 1)
            findings.Add($"they are for different venues ({string.Join(", ", venues)})");
        if (subscriptions is { MaxTopicsPerMessage: < 1 and var most })
            findings.Add($"{subscriptions.GetType().Name}.{nameof(subscriptions.MaxTopicsPerMessage)} is {most}; it must be at least 1");
        if (connection is { AuthenticationLifetime: { } lifetime } && lifetime <= TimeSpan.Zero)
            findings.Add($"{connection.GetType().Name}.{nameof(connection.AuthenticationLifetime)} is {lifetime}; it must be above 0");
        if (parser is not null)
            CheckParser(parser, connection, findings);
        if (subscriptions is not null)
            CheckTopics(subscriptions, findings);
        return findings;
    }

    private static void CheckParser(IMessageParser parser, IConnectionStrategy? connection, List<string> findings)
    {
        try
        {
            if (parser.Classify(default) is { Kind: MessageKind.Update or MessageKind.Response })
                findings.Add($"{parser.GetType().Name}.{nameof(parser.Classify)} takes an empty message for an update or a response");
            if (connection?.BuildPing() is { Payload.IsEmpty: true })
                findings.Add($"{connection.GetType().Name}.{nameof(connection.BuildPing)} is empty; null says that there is none");
        }
        catch (Exception e)
        {
            findings.Add($"{parser.GetType().Name}.{nameof(parser.Classify)} or the ping fails: {e.GetType().Name}, {OutsideText.Of(e)}");
        }
    }

    private static void CheckTopics(ISubscriptionStrategy subscriptions, List<string> findings)
    {
        try
        {
            if (subscriptions.TopicsOf(["SYMBOL"], ["channel"]).Any(topic => topic == default))
                findings.Add($"{subscriptions.GetType().Name}.{nameof(subscriptions.TopicsOf)} gives a topic without a name");
        }
        catch (ArgumentException)
        {
            // It knows its own symbols and channels only.
        }
    }
}
