using System.Text;
using System.Text.Json;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Testing;

// What the test makes happen.
public sealed partial class FakeWebSocketClient
{
    private long _published;

    /// <summary>Publishes an update, as if the venue had sent it, to every subscription of the topic and of <see cref="Topic.Everything"/>.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The message as text.</param>
    /// <param name="kind">Whether it is a snapshot or a change.</param>
    /// <param name="sourceSequence">The venue's number; null: none.</param>
    /// <returns>How many subscriptions of the topic there were.</returns>
    /// <exception cref="InvalidOperationException">The connection is not Ready, so that nothing comes by it; or a subscription has 65,536 messages that nobody reads.</exception>
    public int Publish(Topic topic, string payload, UpdateKind kind = UpdateKind.Unknown, long? sourceSequence = null)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return Publish(topic, Encoding.UTF8.GetBytes(payload), kind, sourceSequence);
    }

    /// <summary>Publishes an update, as if the venue had sent it, to every subscription of the topic and of <see cref="Topic.Everything"/>.</summary>
    /// <inheritdoc cref="Publish(Topic, string, UpdateKind, long?)"/>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The message's bytes.</param>
    /// <param name="kind">Whether it is a snapshot or a change.</param>
    /// <param name="sourceSequence">The venue's number; null: none.</param>
    public int Publish(Topic topic, ReadOnlyMemory<byte> payload, UpdateKind kind = UpdateKind.Unknown, long? sourceSequence = null)
    {
        lock (_lock)
        {
            Require(ConnectionState.Ready);
            _published++;
            if (!topic.IsEverything && IsSubscribed(Topic.Everything))
                Deliver(Update(Topic.Everything, payload, kind, null) with { MessageKind = MessageKind.Update, MessageTopic = topic });
            return IsSubscribed(topic) ? Deliver(Update(topic, payload, kind, sourceSequence)) : 0;
        }
    }

    /// <summary>Publishes a value as JSON, with the serialiser's defaults for the web.</summary>
    /// <inheritdoc cref="Publish(Topic, string, UpdateKind, long?)"/>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="topic">The topic.</param>
    /// <param name="value">What the payload is.</param>
    /// <param name="kind">Whether it is a snapshot or a change.</param>
    /// <param name="sourceSequence">The venue's number; null: none.</param>
    public int PublishJson<T>(Topic topic, T value, UpdateKind kind = UpdateKind.Unknown, long? sourceSequence = null) =>
        Publish(topic, JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web), kind, sourceSequence);

    /// <summary>
    /// Gives the subscriptions of its topic a message as it is, in any state: a marker such as <see cref="Gap"/>, <see cref="Lagged"/>, <see cref="Stale"/>,
    /// <see cref="Unconfirmed"/>, <see cref="Interrupted"/> or <see cref="Restored"/>, an update of one's own, or <see cref="TopicClosed"/>, which ends the topic there.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <returns>How many subscriptions of the topic there were.</returns>
    /// <exception cref="InvalidOperationException">A subscription has 65,536 messages that nobody reads.</exception>
    public int Publish(TopicMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (_lock)
        {
            var delivered = Deliver(message);
            ForgetEnded();
            _changed.Pulse();
            return delivered;
        }
    }

    /// <summary>Tells those who watch the connection an event as it is, such as <see cref="TopicStale"/> or <see cref="ReadingStalled"/>. Changes nothing else.</summary>
    public void Announce(ConnectionEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        lock (_lock)
            Tell(happened);
    }

    /// <summary>
    /// Loses the physical connection: every subscription gets <see cref="Interrupted"/>, requests that were written end with <see cref="SentOutcomeUnknownException"/> unless they
    /// are repeated, and it is Reconnecting until <see cref="Recover"/>.
    /// </summary>
    /// <param name="reason">How it is lost; null: without a close frame.</param>
    /// <exception cref="InvalidOperationException">It is not Ready.</exception>
    public void Drop(CloseReason? reason = null)
    {
        var cause = reason ?? FakeReply.Lost;
        lock (_lock)
        {
            Require(ConnectionState.Ready);
            (_lastReason, _lostAt) = (cause, _clock.GetUtcNow());
            LoseSocket(cause);
            MoveTo(ConnectionState.Reconnecting, cause);
            Tell(new Reconnecting(Name, _epoch, Attempt: 1, Delay: TimeSpan.Zero, cause));
        }
    }

    /// <summary>
    /// Makes the connection Ready, again or for the first time, with the next epoch after a loss: every subscription gets <see cref="Restored"/>, and what waits for Ready is
    /// written.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is Ready, or closed.</exception>
    public void Recover()
    {
        (FakeRequest Request, FakeReply? Scripted)[] written;
        lock (_lock)
        {
            Require(ConnectionState.Reconnecting, ConnectionState.Connecting);
            if (_state == ConnectionState.Reconnecting)
            {
                _epoch = _epoch.Next();
                MoveTo(ConnectionState.Connecting);
            }

            MoveTo(ConnectionState.Connected);
            Tell(new Connected(Name, _epoch));
            MoveTo(ConnectionState.Ready);
            Tell(new Ready(Name, _epoch));
            if (_lostAt is { } lostAt)
            {
                (_lostAt, _reconnects) = (null, _reconnects + 1);
                Tell(new Reconnected(Name, _epoch, _since - lostAt));
            }

            Restore();
            written = WriteWaiting();
        }

        foreach (var (request, scripted) in written)
            Ask(request, scripted);
    }

    /// <summary>Replaces the physical connection as planned: the next epoch, and nobody is interrupted.</summary>
    /// <returns>The event, which those who watch the connection get too.</returns>
    /// <exception cref="InvalidOperationException">It is not Ready.</exception>
    public Rotated Rotate()
    {
        lock (_lock)
        {
            Require(ConnectionState.Ready);
            var rotated = new Rotated(Name, _epoch.Next(), _epoch, TimeSpan.FromSeconds(1));
            (_epoch, _rotations) = (rotated.Epoch, _rotations + 1);
            Tell(new Connected(Name, _epoch));
            Tell(new Ready(Name, _epoch));
            Tell(new Disconnected(Name, rotated.Previous, new CloseReason(ErrorClass.Rotation, "replaced as planned")));
            Tell(rotated);
            return rotated;
        }
    }

    /// <summary>
    /// Ends the connection for good, as an error does that is not retried: streams throw <see cref="ConnectionClosedException"/>, and so does every command from then on.
    /// </summary>
    /// <param name="reason">Why.</param>
    public void Fail(CloseReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        End(reason);
    }

    /// <summary>Begins another life of a connection that was closed, Ready at once, as <see cref="WebSocketClient.ReopenAsync"/> does; subscriptions of the one before stay ended.</summary>
    /// <exception cref="InvalidOperationException">It is not closed.</exception>
    public void Reopen()
    {
        lock (_lock)
        {
            Require(ConnectionState.Closed);
            (_state, _since, _epoch, _lastReason, _lostAt, _reconnects, _rotations) = (ConnectionState.Ready, _clock.GetUtcNow(), new Epoch(1), null, null, 0, 0);
            _changed.Pulse();
        }
    }

    /// <summary>Refuses subscriptions to a topic from now on; who is subscribed stays so.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="reason">The server's words.</param>
    public void Refuse(Topic topic, string reason = "unknown topic")
    {
        ArgumentNullException.ThrowIfNull(reason);
        lock (_lock)
            _refused[topic] = reason;
    }

    /// <summary>Ends <see cref="Refuse"/>.</summary>
    public void Accept(Topic topic)
    {
        lock (_lock)
            _refused.Remove(topic);
    }

    private TopicUpdate Update(Topic topic, ReadOnlyMemory<byte> payload, UpdateKind kind, long? sourceSequence)
    {
        var sequence = _sequences[topic] = _sequences.GetValueOrDefault(topic) + 1;
        return new TopicUpdate(topic, payload, _epoch, sequence, sourceSequence, _clock.GetTimestamp()) { Kind = kind };
    }

    // What Ready meant ends: in the order of the real connection.
    private void LoseSocket(CloseReason reason)
    {
        Tell(new Disconnected(Name, _epoch, reason));
        Tell(new ConnectionInterrupted(Name, _epoch, reason));
        if (!reason.IsGraceful)
            Tell(new ConnectionError(Name, _epoch, reason));
        foreach (var request in _pending.ToArray())
            request.Lose(reason);
        Interrupt(reason);
    }

    private void Require(params ConnectionState[] states)
    {
        if (Array.IndexOf(states, _state) < 0)
            throw new InvalidOperationException($"Connection '{Name}' is {_state}; this needs {string.Join(" or ", states)}.");
    }
}
