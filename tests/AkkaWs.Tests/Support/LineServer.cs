using AkkaWs.Options;
using AkkaWs.Testing;

namespace AkkaWs.Tests.Support;

/// <summary>A server that speaks <see cref="LineProtocol"/> on loopback: confirms subscriptions, echoes requests, answers pings, as its switches say.</summary>
internal sealed class LineServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<List<string>> _received = [];
    private HashSet<string> _subscribed = [];
    private ScriptedServer _server = null!;

    public Uri Url => _server.Url;

    public string? LoginRejection { get; set; }

    public bool AnswersLogin { get; set; } = true;

    public bool AnswersPings { get; set; } = true;

    public bool AnswersRequests { get; set; } = true;

    public bool ConfirmsSubscriptions { get; set; } = true;

    public bool ConfirmsUnsubscriptions { get; set; } = true;

    /// <summary>Whether an unsubscribe message is refused, its topics stay.</summary>
    public bool RefusesLeaving { get; set; }

    public HashSet<string> RefusedTopics { get; } = [];

    /// <summary>Why topics are refused.</summary>
    public string RefusalWords { get; set; } = "no such topic";

    /// <summary>Whether a subscribe message with a refused topic in it is refused as a whole.</summary>
    public bool RefusesWholeMessages { get; set; }

    /// <summary>Whether such a refusal names one of the topics that it is for.</summary>
    public bool NamesRefusedTopic { get; set; }

    /// <summary>Whether a subscribe message is refused as a whole for a topic that its connection has already.</summary>
    public bool RefusesRepeated { get; set; }

    /// <summary>How many characters a subscribe or unsubscribe message may have that is not ignored; null: any number.</summary>
    public int? IgnoresAbove { get; set; }

    /// <summary>The topics that the newest connection has.</summary>
    public IReadOnlyList<string> Subscribed
    {
        get
        {
            lock (_gate)
                return [.. _subscribed.Order()];
        }
    }

    /// <summary>Closes each connection right after it was accepted.</summary>
    public bool ClosesAtOnce { get; set; }

    public ScriptedServer Server => _server;

    /// <summary>The newest connection. A client may be Ready a moment before the server has it on its list.</summary>
    public ScriptedConnection Connection => SpinWait.SpinUntil(() => _server.ConnectionCount > 0, TimeSpan.FromSeconds(30))
        ? _server.Connections[^1]
        : throw new TimeoutException("No client is connected.");

    public static async Task<LineServer> StartAsync(ScriptedServerOptions? options = null)
    {
        var line = new LineServer();
        line._server = options is null
            ? await ScriptedServer.StartAsync(line.ServeAsync)
            : await ScriptedServer.StartAsync(line.ServeAsync, options);
        return line;
    }

    public WebSocketClientOptions Options(string name) => new()
    {
        Name = name,
        Url = Url,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200) },
    };

    /// <summary>
    /// All text that clients sent, over all connections, in order per connection. A message is here before it is answered and after the switches
    /// were asked what to answer: turning one later does not change what becomes of it.
    /// </summary>
    public IReadOnlyList<string> Received
    {
        get
        {
            lock (_gate)
                return [.. _received.SelectMany(texts => texts)];
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(ScriptedConnection connection, CancellationToken ct)
    {
        if (ClosesAtOnce)
        {
            await connection.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "flapping", ct);
            return;
        }

        List<string> received = [];
        HashSet<string> subscribed = [];
        lock (_gate)
        {
            _received.Add(received);
            _subscribed = subscribed;
        }

        while (await connection.ReceiveTextAsync(ct) is { } text)
        {
            string? answer;
            lock (_gate)
            {
                answer = AnswerTo(text, subscribed);
                received.Add(text);
            }

            if (answer is not null)
                await connection.SendTextAsync(answer, ct);
        }
    }

    private string? AnswerTo(string text, HashSet<string> subscribed)
    {
        var fields = text.Split('|');
        switch (fields[0])
        {
            case "auth" when AnswersLogin:
                return LoginRejection is null ? "S|auth|ok" : $"S|auth|no|{LoginRejection}";
            case "ping" when AnswersPings:
                return "S|pong";
            case "sub" or "unsub" when text.Length > IgnoresAbove:
                return null;
            case "sub":
                var answer = Subscribe(fields[1], fields[2].Split(','), subscribed);
                return ConfirmsSubscriptions ? answer : null;
            case "unsub" when RefusesLeaving:
                return $"A|{fields[1]}|rejected|too many requests";
            case "unsub":
                subscribed.ExceptWith(fields[2].Split(','));
                return ConfirmsUnsubscriptions ? $"A|{fields[1]}|ok" : null;
            case "req" when fields[2] == "fail":
                return $"R|{fields[1]}|err|42|insufficient margin";
            case "req" when AnswersRequests:
                return $"R|{fields[1]}|ok|{fields[2]}";
            default:
                return null;
        }
    }

    private string Subscribe(string id, string[] topics, HashSet<string> subscribed)
    {
        if (RefusesRepeated && topics.Any(subscribed.Contains))
            return $"A|{id}|rejected|already subscribed";
        var refused = topics.Where(RefusedTopics.Contains).ToList();
        if (refused.Count == 0 || !RefusesWholeMessages)
            subscribed.UnionWith(topics.Except(refused));
        return refused.Count == 0 ? $"A|{id}|ok"
            : RefusesWholeMessages ? $"A|{id}|rejected|{RefusalWords}{(NamesRefusedTopic ? $"|{refused[0]}" : "")}"
            : $"A|{id}|no|{string.Join(',', refused)}|{RefusalWords}";
    }
}
