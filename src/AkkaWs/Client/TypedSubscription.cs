using System.Runtime.CompilerServices;
using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>
/// A subscription whose updates are read as values, on its reader's side. A payload that cannot be read is counted and told
/// (<see cref="ReadAllAsync"/>), and the stream goes on.
/// </summary>
/// <typeparam name="T">What updates are read as.</typeparam>
/// <inheritdoc cref="TopicSubscription" path="/remarks"/>
public sealed class TypedSubscription<T> : IAsyncEnumerable<T>, IAsyncDisposable
{
    private readonly ITopicSubscription _updates;
    private readonly Func<ReadOnlySpan<byte>, T> _read;
    private readonly string _connection;
    private long _badPayloads;

    internal TypedSubscription(ITopicSubscription updates, Func<ReadOnlySpan<byte>, T> read, string connection) =>
        (_updates, _read, _connection) = (updates, read, connection);

    /// <summary>The topics.</summary>
    public IReadOnlyList<Topic> Topics => _updates.Topics;

    /// <summary>How many payloads could not be read so far.</summary>
    public long BadPayloads => Volatile.Read(ref _badPayloads);

    /// <summary>The connection's name, the first topics, and what their updates are read as.</summary>
    public override string ToString() => $"{_updates} as {typeof(T).Name.Split('`')[0]}";

    /// <summary>The values alone; payloads that cannot be read are left out, see <see cref="BadPayloads"/>.</summary>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var message in ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (message.HasValue)
                yield return message.Value;
        }
    }

    /// <summary>Values, payloads that could not be read, and markers, in order per topic.</summary>
    /// <exception cref="InvalidOperationException">Someone reads already.</exception>
    public async IAsyncEnumerable<TypedMessage<T>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var message in _updates.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return Read(message);
    }

    /// <inheritdoc cref="TopicSubscription.UnsubscribeAsync"/>
    public Task UnsubscribeAsync(CancellationToken cancellationToken = default) => _updates.UnsubscribeAsync(cancellationToken);

    /// <summary>Unsubscribes; idempotent. Updates not yet read are dropped.</summary>
    public ValueTask DisposeAsync() => _updates.DisposeAsync();

    private TypedMessage<T> Read(TopicMessage message)
    {
        if (message is not TopicUpdate update)
            return new(message, default, false, null);
        try
        {
            return _read(update.Payload.Span) is { } value
                ? new(update, value, true, null)
                : new(update, default, false, Fail(update, new JsonException("The payload is null.")));
        }
        catch (Exception e)
        {
            return new(update, default, false, Fail(update, e));
        }
    }

    private UpdateFormatException Fail(TopicUpdate update, Exception error)
    {
        Interlocked.Increment(ref _badPayloads);
        (_updates as TopicSubscription)?.Counters.AddBadPayload();
        return new UpdateFormatException(_connection, update.Topic, update.Sequence, typeof(T).Name, error);
    }
}
