using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>A stream's reader with a pace of its own. Where it is so slow that its subscription ends, it subscribes again.</summary>
internal sealed class SoakReader(WebSocketClient client, IReadOnlyList<Topic> topics, SubscribeOptions options, Func<CancellationToken, Task>? pace = null)
{
    private readonly List<string> _violations = [];
    private SubscriptionOracle _oracle = new();

    /// <summary>How often its subscription ended because it was too slow.</summary>
    public int Ends { get; private set; }

    /// <summary>To be read when it has ended.</summary>
    public IReadOnlyList<string> Violations => [.. _violations, .. _oracle.Violations];

    /// <summary>Updates that came and that were told to be lost, since it subscribed last.</summary>
    public (long Came, long Lost) Updates => _oracle.Updates;

    /// <summary>Whether every topic has come as far as this number.</summary>
    public bool HasReached(long number) => topics.All(topic => _oracle.LastOf(topic) >= number);

    /// <summary>Reads until the connection is closed; at a pace until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!await ReadAsync(ct))
        {
            Ends++;
            _violations.AddRange(_oracle.Violations);
            _oracle = new SubscriptionOracle();
        }
    }

    /// <returns>False: it was too slow.</returns>
    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        try
        {
            await using var updates = await client.SubscribeAsync(topics, options, CancellationToken.None);
            await foreach (var message in updates.ReadAllAsync(CancellationToken.None))
            {
                _oracle.Note(message);
                if (message is TopicUpdate && pace is not null && !ct.IsCancellationRequested)
                    await PauseAsync(pace, ct);
            }

            return true;
        }
        catch (SubscriptionLaggedException) when (options.Overflow == OverflowPolicy.Fail)
        {
            return false;
        }
    }

    private static async Task PauseAsync(Func<CancellationToken, Task> pace, CancellationToken ct)
    {
        try
        {
            await pace(ct);
        }
        catch (OperationCanceledException)
        {
            // From now on without pauses.
        }
    }
}
