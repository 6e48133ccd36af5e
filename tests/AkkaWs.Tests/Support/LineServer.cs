using AkkaWs.Options;
using AkkaWs.Testing;

namespace AkkaWs.Tests.Support;

/// <summary>A server that speaks <see cref="LineProtocol"/> on loopback: confirms subscriptions, echoes requests, answers pings, as its switches say.</summary>
internal sealed class LineServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<List<string>> _received = [];
    private ScriptedServer _server = null!;

    public Uri Url => _server.Url;

    public string? LoginRejection { get; set; }

    public bool AnswersLogin { get; set; } = true;

    public bool AnswersPings { get; set; } = true;

    public bool AnswersRequests { get; set; } = true;

    public bool ConfirmsSubscriptions { get; set; } = true;

    public bool ConfirmsUnsubscriptions { get; set; } = true;

    public HashSet<string> RefusedTopics { get; } = [];

    /// <summary>Whether a subscribe message with a refused topic in it is refused as a whole.</summary>
    public bool RefusesWholeMessages { get; set; }

    /// <summary>Whether such a refusal names one of the topics that it is for.</summary>
    public bool NamesRefusedTopic { get; set; }

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
        lock (_gate)
            _received.Add(received);
        while (await connection.ReceiveTextAsync(ct) is { } text)
        {
            var answer = AnswerTo(text);
            lock (_gate)
                received.Add(text);
            if (answer is not null)
                await connection.SendTextAsync(answer, ct);
        }
    }

    private string? AnswerTo(string text)
    {
        var fields = text.Split('|');
        switch (fields[0])
        {
            case "auth" when AnswersLogin:
                return LoginRejection is null ? "S|auth|ok" : $"S|auth|no|{LoginRejection}";
            case "ping" when AnswersPings:
                return "S|pong";
            case "sub" when ConfirmsSubscriptions:
                var refused = fields[2].Split(',').Where(RefusedTopics.Contains).ToList();
                return refused.Count == 0 ? $"A|{fields[1]}|ok" : RefusesWholeMessages ? $"A|{fields[1]}|rejected|no such topic{(NamesRefusedTopic ? $"|{refused[0]}" : "")}" : $"A|{fields[1]}|no|{string.Join(',', refused)}|no such topic";
            case "unsub" when ConfirmsUnsubscriptions:
                return $"A|{fields[1]}|ok";
            case "req" when fields[2] == "fail":
                return $"R|{fields[1]}|err|42|insufficient margin";
            case "req" when AnswersRequests:
                return $"R|{fields[1]}|ok|{fields[2]}";
            default:
                return null;
        }
    }
}
