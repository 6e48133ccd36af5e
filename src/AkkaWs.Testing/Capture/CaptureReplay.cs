using System.Net.WebSockets;

namespace AkkaWs.Testing;

/// <summary>Plays the server messages of a recording to every client that connects, from the start, in order and byte for byte, one text message each. What clients send is recorded and not answered.</summary>
public sealed class CaptureReplay : LoopbackServer<ServerConnection>
{
    private const int MaxClientMessageBytes = 1024 * 1024;

    private readonly CaptureReplayOptions _options;
    private readonly IReadOnlyList<CaptureServerMessage> _messages;
    private int _played;

    private CaptureReplay(CaptureFile capture, CaptureReplayOptions options)
        : base(options.TimeProvider, options.LedgerCapacity)
    {
        _options = options;
        _messages = options.Connection is { } connection ? [.. capture.ServerMessages.Where(message => message.Url == connection)] : capture.ServerMessages;
    }

    /// <summary>What every client is sent.</summary>
    public IReadOnlyList<CaptureServerMessage> Messages => _messages;

    /// <summary>How many clients were sent everything.</summary>
    public int CompletedReplays => Volatile.Read(ref _played);

    /// <summary>Starts a server that replays the recording.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The speed is not above 0.</exception>
    public static async Task<CaptureReplay> StartAsync(CaptureFile capture, CaptureReplayOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(capture);
        options ??= new CaptureReplayOptions();
        if (options.Speed is { } speed)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed, nameof(options));
        var replay = new CaptureReplay(capture, options);
        await replay.ListenAsync(capture.Urls is [var first, ..] ? first.AbsolutePath : "/", port: 0, cancellationToken).ConfigureAwait(false);
        return replay;
    }

    private protected override ServerConnection CreateConnection(ConnectionSeed seed) => new(seed);

    private protected override async Task ServeAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var firstMessage = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = ReadAsync(connection, firstMessage, ended);
        try
        {
            if (_options.WaitForClientMessage)
                await firstMessage.Task.WaitAsync(ended.Token).ConfigureAwait(false);
            await PlayAsync(connection, ended.Token).ConfigureAwait(false);
            Interlocked.Increment(ref _played);
            Changed.Pulse();
            if (_options.CloseAtEnd)
                await connection.CloseAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client left in the middle: the reader below knows how.
        }
        finally
        {
            await reading.ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(ServerConnection connection, TaskCompletionSource firstMessage, CancellationTokenSource ended)
    {
        var reader = new MessageReader(connection, MaxClientMessageBytes);
        while (await reader.NextAsync(Ending).ConfigureAwait(false) is not null)
        {
            firstMessage.TrySetResult();
            Changed.Pulse();
        }

        await ended.CancelAsync().ConfigureAwait(false);
    }

    private async Task PlayAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        var began = Clock.GetTimestamp();
        var first = _messages.Select(message => message.Time).FirstOrDefault(time => time is not null);
        foreach (var message in _messages)
        {
            if (_options.Speed is { } speed && message.Time is { } time && first is { } start)
            {
                var wait = ((time - start) / speed) - Clock.GetElapsedTime(began);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, Clock, cancellationToken).ConfigureAwait(false);
            }

            await connection.SendAsync(message.Utf8, WebSocketMessageType.Text, cancellationToken).ConfigureAwait(false);
        }
    }
}
