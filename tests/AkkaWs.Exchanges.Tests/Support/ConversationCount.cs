using AkkaWs.Protocol;
using Xunit.Abstractions;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What the lines of a conversation are, and the table of it in the test's output.</summary>
internal sealed class ConversationCount
{
    private static readonly MessageKind[] Kinds = [MessageKind.Response, MessageKind.Update, MessageKind.System, MessageKind.Control, MessageKind.Unknown];
    private readonly Dictionary<MessageKind, int> _counts = [];
    private int _sent;

    /// <param name="kind">What a line of the exchange is; null: the client sent it.</param>
    public void Add(MessageKind? kind)
    {
        if (kind is { } received)
            _counts[received] = _counts.GetValueOrDefault(received) + 1;
        else
            _sent++;
    }

    public void Print(ITestOutputHelper output, string file)
    {
        output.WriteLine($"{"file",-62}{"sent",10}{string.Concat(Kinds.Select(kind => $"{kind,10}"))}");
        output.WriteLine($"{file,-62}{_sent,10}{string.Concat(Kinds.Select(kind => $"{_counts.GetValueOrDefault(kind),10}"))}");
    }
}
