using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Model;

/// <summary>
/// A subscription through the client, of any shape, policy and pace by chance: a stream, a channel or a callback that throws at times; a small buffer; and a reader
/// that keeps up, lags, or stands still until it is woken.
/// </summary>
internal sealed class ModelReader : IDisposable
{
    private const int MostCapacity = 8;
    private const int LongestLag = 4;

    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationToken _left;
    private readonly TaskCompletionSource _awake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SubscribeOptions _options;
    private readonly Random _random;
    private readonly Shape _shape;
    private readonly Pace _pace;
    private readonly bool _endsByError;
    private int _standsAfter;
    private Func<Task>? _unsubscribe;

    private ModelReader(IReadOnlyList<Topic> topics, Random random)
    {
        (Topics, _random, _left) = (topics, random, _leaving.Token);
        _options = new SubscribeOptions
        {
            Overflow = (OverflowPolicy)random.Next(5),
            Capacity = random.Next(3) == 0 ? null : random.Next(1, MostCapacity),
            Critical = random.Next(4) == 0,
        };
        (_shape, _pace) = ((Shape)random.Next(3), (Pace)random.Next(3));
        (_endsByError, _standsAfter) = (random.Next(4) == 0, random.Next(4));
    }

    private enum Shape
    {
        Stream,
        Channel,
        Callback,
    }

    private enum Pace
    {
        Prompt,
        Lagging,
        Standing,
    }

    public IReadOnlyList<Topic> Topics { get; }

    public SubscriptionOracle Log { get; } = new();

    /// <summary>Completes when the subscribe call has come back, with success or without.</summary>
    public Task Subscribed => _subscribed.Task;

    /// <summary>Completes when it gets nothing any more; fails where that should not have been.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public bool IsReading => _unsubscribe is not null && !Completion.IsCompleted;

    public static ModelReader Start(WebSocketClient client, IReadOnlyList<Topic> topics, Random random)
    {
        var reader = new ModelReader(topics, random);
        reader.Completion = Task.Run(() => reader.RunAsync(client));
        return reader;
    }

    /// <summary>Stands still no longer.</summary>
    public void Wake() => _awake.TrySetResult();

    /// <summary>Leaves, whatever is under way: by its token or, where it has come so far, by unsubscribing.</summary>
    public void Leave(bool byToken)
    {
        Wake();
        if (!byToken && _unsubscribe is { } unsubscribe)
            _ = unsubscribe();
        else
            _leaving.Cancel();
    }

    public void Dispose() => _leaving.Dispose();

    public override string ToString() => $"{_pace} {_shape} of {string.Join(',', Topics)}, {_options.Overflow} {_options.Capacity}";

    private async Task RunAsync(WebSocketClient client)
    {
        try
        {
            await (_shape == Shape.Callback ? CallAsync(client) : ReadAsync(client));
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // It has left.
        }
        catch (SubscriptionFailedException) when (_unsubscribe is null)
        {
            // The server did not want it.
        }
        catch (SubscriptionLaggedException) when (_options.Overflow is OverflowPolicy.Fail or OverflowPolicy.Backpressure)
        {
            // Too slow, its buffer too small, or nothing read for too long.
        }
        finally
        {
            _subscribed.TrySetResult();
        }
    }

    private async Task CallAsync(WebSocketClient client)
    {
        await using var calls = await client.SubscribeAsync(Topics, OnMessageAsync, _options, (_, _) => !_endsByError, _left);
        Begin(() => calls.UnsubscribeAsync());
        await using var leaving = _left.UnsafeRegister(static state => _ = ((CallbackSubscription)state!).DisposeAsync().AsTask(), calls);
        await calls.Completion;
    }

    private async Task ReadAsync(WebSocketClient client)
    {
        await using var updates = await client.SubscribeAsync(Topics, _options, _left);
        Begin(() => updates.UnsubscribeAsync());
        if (_shape == Shape.Stream)
        {
            await foreach (var message in updates.ReadAllAsync(_left))
                await TakeAsync(message);
            return;
        }

        var channel = updates.AsChannel();
        while (await channel.WaitToReadAsync(_left))
        {
            while (channel.TryRead(out var message))
                await TakeAsync(message);
        }
    }

    private void Begin(Func<Task> unsubscribe)
    {
        _unsubscribe = unsubscribe;
        _subscribed.TrySetResult();
    }

    private async ValueTask OnMessageAsync(TopicMessage message, CancellationToken ct)
    {
        await TakeAsync(message);
        if (_random.Next(8) == 0)
            throw new InvalidOperationException("on purpose");
    }

    private async Task TakeAsync(TopicMessage message)
    {
        Log.Note(message);
        if (_awake.Task.IsCompleted)
            return;
        if (_pace == Pace.Lagging)
            await Task.Delay(_random.Next(LongestLag), _left);
        else if (_pace == Pace.Standing && _standsAfter-- <= 0)
            await _awake.Task.WaitAsync(_left);
    }
}
