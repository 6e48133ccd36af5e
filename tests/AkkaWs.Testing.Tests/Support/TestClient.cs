using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace AkkaWs.Testing.Tests;

/// <summary>The framework's client, with every wait bounded.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly byte[] _buffer = new byte[8 * 1024 * 1024];

    public ClientWebSocket Socket { get; } = new();

    public static async Task<TestClient> ConnectAsync(Uri url, Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new TestClient();
        client.Socket.Options.KeepAliveInterval = TimeSpan.Zero;
        configure?.Invoke(client.Socket.Options);
        await client.Socket.ConnectAsync(url, CancellationToken.None).WaitAsync(Timeout);
        return client;
    }

    public Task SendAsync(string text) =>
        Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None).WaitAsync(Timeout);

    /// <summary>The bytes of the next message, or null for a close frame.</summary>
    public async Task<byte[]?> ReceiveBytesAsync()
    {
        var length = 0;
        while (true)
        {
            var part = await Socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(Timeout);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            length += part.Count;
            if (part.EndOfMessage)
                return _buffer[..length];
        }
    }

    public async Task<string?> ReceiveTextAsync() => await ReceiveBytesAsync() is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public async Task<JsonElement> ReceiveJsonAsync()
    {
        var bytes = await ReceiveBytesAsync() ?? throw new InvalidOperationException("The server closed.");
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }

    /// <summary>The next message that satisfies the predicate; the others are passed over.</summary>
    public async Task<JsonElement> ReceiveJsonAsync(Func<JsonElement, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(Timeout);
        while (!deadline.IsCancellationRequested)
        {
            var message = await ReceiveJsonAsync();
            if (wanted(message))
                return message;
        }

        throw new TimeoutException("The wanted message did not come.");
    }

    public Task<JsonElement> ReceiveTopicAsync(string topic) => ReceiveJsonAsync(message => message.TryGetProperty("topic", out var found) && found.GetString() == topic);

    public Task<JsonElement> ReceiveOperationAsync(string operation) => ReceiveJsonAsync(message => message.TryGetProperty("op", out var found) && found.GetString() == operation);

    public async Task<JsonElement> AskAsync(string request)
    {
        await SendAsync(request);
        return await ReceiveJsonAsync(message => !message.TryGetProperty("topic", out _));
    }

    /// <summary>Reads until the connection breaks and returns what broke it; a close frame is no break.</summary>
    public async Task<WebSocketException> UntilBrokenAsync()
    {
        try
        {
            while (await ReceiveBytesAsync() is not null)
            {
            }
        }
        catch (WebSocketException exception)
        {
            return exception;
        }

        throw new InvalidOperationException("The server closed politely.");
    }

    public ValueTask DisposeAsync()
    {
        Socket.Abort();
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
