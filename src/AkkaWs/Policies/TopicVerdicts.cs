using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Policies;

/// <summary>What an acknowledgement says of each topic of its message.</summary>
internal sealed class TopicVerdicts
{
    private readonly Acknowledgement _answer;
    private readonly Dictionary<Topic, string> _refused;
    private readonly HashSet<Topic>? _confirmed;

    public TopicVerdicts(Acknowledgement answer)
    {
        _answer = answer;
        _refused = answer.Failures.DistinctBy(failure => failure.Topic).ToDictionary(failure => failure.Topic, failure => failure.Reason);
        _confirmed = answer.Topics?.ToHashSet();
    }

    /// <summary>Whether they are about all topics of the message, and not about those alone that it names.</summary>
    public bool AreOnAll => _answer.Topics is null || _answer.RefusesOthers is not null || _answer.Rejection is not null;

    /// <summary>The topics that it names, as confirmed or as refused.</summary>
    public IEnumerable<Topic> Named => (_answer.Topics ?? []).Concat(_answer.Failures.Select(failure => failure.Topic)).Distinct();

    /// <summary>Whether it names the topic.</summary>
    public bool Name(Topic topic) => _refused.ContainsKey(topic) || _confirmed?.Contains(topic) == true;

    /// <summary>Why the topic is refused; null: it is confirmed.</summary>
    public string? RefusalOf(Topic topic) =>
        _refused.TryGetValue(topic, out var reason) ? reason
        : _confirmed?.Contains(topic) == true ? null
        : _answer.Rejection ?? (_confirmed is null ? null : _answer.RefusesOthers);
}
