using AkkaWs.Protocol;
using AkkaWs.Testing;
using Xunit.Abstractions;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What became of each message of a recording, and the table of it in the test's output.</summary>
internal sealed class ClassificationCount
{
    private readonly Dictionary<MessageKind, int> _kinds = [];
    private readonly Dictionary<string, int> _topics = new(StringComparer.Ordinal);

    public ClassificationCount(ProtocolHandler handler, IEnumerable<CaptureServerMessage> messages)
    {
        foreach (var message in messages)
        {
            var classification = handler.Classify(message.Utf8.Span);
            Add(_kinds, classification.Kind);
            if (classification.Kind == MessageKind.Update)
                Add(_topics, handler.TopicOf(classification.KeyOf(message.Utf8.Span)).Value);
            else if (classification.Kind == MessageKind.Unknown)
                Unknown.Add(message.Text);
        }
    }

    public IReadOnlyDictionary<string, int> Topics => _topics;

    public List<string> Unknown { get; } = [];

    public int Of(MessageKind kind) => _kinds.GetValueOrDefault(kind);

    public void Print(ITestOutputHelper output, string file)
    {
        output.WriteLine($"{"file",-34}{string.Concat(Enum.GetNames<MessageKind>().Select(kind => $"{kind,10}"))}{"topics",10}");
        output.WriteLine($"{file,-34}{string.Concat(Enum.GetValues<MessageKind>().Select(kind => $"{Of(kind),10}"))}{_topics.Count,10}");
        foreach (var (topic, count) in _topics.OrderByDescending(pair => pair.Value).Take(20))
            output.WriteLine($"  {topic,-60}{count,8}");
    }

    private static void Add<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;
}
