using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>The write of one <see cref="Send"/>: its caller hears when the bytes were handed over, or why not.</summary>
internal sealed class SendWrite : WithdrawableWrite
{
    private readonly IActorRef _asker;
    private readonly string _connection;
    private readonly Send _command;
    private readonly DateTimeOffset _postedAt;

    public SendWrite(OutboundMessage message, IActorRef asker, string connection, Send command, DateTimeOffset postedAt, WireLane lane = WireLane.Normal)
        : base(message, lane)
    {
        _asker = asker;
        _connection = connection;
        _command = command;
        _postedAt = postedAt;
    }

    /// <summary>Its caller no longer wants it once this is cancelled, and hears no more of it.</summary>
    public CancellationToken Cancelled { get; init; }

    /// <inheritdoc/>
    protected override bool IsUnwanted => Cancelled.IsCancellationRequested || base.IsUnwanted;

    /// <inheritdoc/>
    protected override void OnExpired() => Fail(new NotSentException(_connection, "its time was over before the write") { Command = _command });

    /// <inheritdoc/>
    protected override void OnWritten() => _asker.Tell(Sent.Instance, ActorRefs.NoSender);

    /// <inheritdoc/>
    protected override void OnFailed(WireException error, bool begun) => Fail(begun
        ? new SentOutcomeUnknownException(_connection, _postedAt, ErrorClassifier.Explain(error), error) { Command = _command }
        : new NotSentException(_connection, "the connection was lost before the write", error) { Command = _command });

    private void Fail(WebSocketClientException outcome) => _asker.Tell(new Status.Failure(outcome), ActorRefs.NoSender);
}
