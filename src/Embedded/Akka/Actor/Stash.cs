namespace Akka.Actor;

public interface IStash
{
    int Capacity { get; }

    int Count { get; }

    bool IsEmpty { get; }

    bool IsFull { get; }

    bool NonEmpty { get; }

    IEnumerable<Envelope> ClearStash();

    void Prepend(IEnumerable<Envelope> envelopes);

    void Stash();

    void Unstash();

    void UnstashAll();

    void UnstashAll(Func<Envelope, bool> predicate);
}

public interface IActorStash
{
    IStash Stash { get; set; }
}

public interface IWithUnrestrictedStash : IActorStash;

public interface IWithStash : IWithUnrestrictedStash;

public interface IWithUnboundedStash : IWithUnrestrictedStash;

/// <summary>Keeps messages for later; what it gives back comes before all that waits, in the order in which it was stashed.</summary>
internal sealed class StashImpl(ActorCell cell) : IStash
{
    private List<Envelope> _stashed = [];

    public int Capacity => cell.Props.StashCapacity;

    public int Count => _stashed.Count;

    public bool IsEmpty => _stashed.Count == 0;

    public bool NonEmpty => !IsEmpty;

    public bool IsFull => Capacity >= 0 && Count >= Capacity;

    public void Stash()
    {
        var message = cell.CurrentMessage;
        if (_stashed is [.., var last] && ReferenceEquals(last.Message, message) && ReferenceEquals(last.Sender, cell.Sender))
            throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
        if (IsFull)
            throw new StashOverflowException($"Couldn't enqueue message {message} to stash of {cell.Self}");
        _stashed.Add(new Envelope(message, cell.Sender));
    }

    public void Unstash()
    {
        if (IsEmpty)
            return;
        var first = _stashed[0];
        _stashed.RemoveAt(0);
        GiveBack([first]);
    }

    public void UnstashAll() => UnstashAll(_ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        if (!IsEmpty)
            GiveBack(ClearStash().Where(predicate));
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var stashed = _stashed;
        _stashed = [];
        return stashed;
    }

    public void Prepend(IEnumerable<Envelope> envelopes) => _stashed.InsertRange(0, envelopes);

    private void GiveBack(IEnumerable<Envelope> envelopes)
    {
        Envelope[] all = [.. envelopes];
        foreach (var envelope in all)
        {
            if (envelope.Message is Terminated terminated)
                cell.ExpectTerminated(terminated.ActorRef);
        }

        cell.Mailbox.Prepend(all);
    }
}
