using AkkaWs.Options;
using AkkaWs.Testing;

namespace AkkaWs.Tests.Support;

/// <summary>A server that speaks <see cref="LineProtocol"/> on loopback: confirms subscriptions, echoes requests, answers pings, as its switches say.</summary>
internal sealed class LineServer : IAsyncDisposable
{
    private ScriptedServer _server = null!;

    public Uri Url => _server.Url;

    public string? LoginRejection { get; set; }

    public bool AnswersLogin { get; set; } = true;

    public bool AnswersPings { get; set; } = true;

    public bool AnswersRequests { get; set; } = true;

    public bool ConfirmsSubscriptions { get; set; } = true;

    public bool ConfirmsUnsubscriptions { get; set; } = true;

    public HashSet<string> RefusedTopics { get; } = [];

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

    public WebSocketOptions Options(string name) => new()
    {
        Name = name,
        Url = Url,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200) },
    };

    /// <summary>All text that clients sent, over all connections, in order per connection.</summary>
    public IReadOnlyList<string> Received => [.. _server.ConnectionHistory.SelectMany(c => c.Received).Select(m => m.Text)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(ScriptedConnection connection, CancellationToken ct)
    {
        if (ClosesAtOnce)
        {
            await connection.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "flapping", ct);
            return;
        }

        while (await connection.ReceiveTextAsync(ct) is { } text)
        {
            var fields = text.Split('|');
            switch (fields[0])
            {
                case "auth" when AnswersLogin:
                    await connection.SendTextAsync(LoginRejection is null ? "S|auth|ok" : $"S|auth|no|{LoginRejection}", ct);
                    break;
                case "ping" when AnswersPings:
                    await connection.SendTextAsync("S|pong", ct);
                    break;
                case "sub" when ConfirmsSubscriptions:
                    var refused = fields[2].Split(',').Where(RefusedTopics.Contains).ToList();
                    await connection.SendTextAsync(
                        refused.Count == 0 ? $"A|{fields[1]}|ok" : $"A|{fields[1]}|no|{string.Join(',', refused)}|no such topic", ct);
                    break;
                case "unsub" when ConfirmsUnsubscriptions:
                    await connection.SendTextAsync($"A|{fields[1]}|ok", ct);
                    break;
                case "req" when fields[2] == "fail":
                    await connection.SendTextAsync($"R|{fields[1]}|err|42|insufficient margin", ct);
                    break;
                case "req" when AnswersRequests:
                    await connection.SendTextAsync($"R|{fields[1]}|ok|{fields[2]}", ct);
                    break;
            }
        }
    }
}
