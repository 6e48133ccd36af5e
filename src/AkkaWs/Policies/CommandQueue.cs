using System.Diagnostics.CodeAnalysis;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>Commands that wait for Ready: first in, first out, bounded by count and bytes, each with its expiry. Pure: time comes in as an argument.</summary>
internal sealed class CommandQueue<T>(QueueOptions options)
{
    private readonly LinkedList<Waiting> _waiting = new();
    private long _bytes;

    public int Count => _waiting.Count;

    /// <summary>The soonest expiry of what waits; null when nothing does.</summary>
    public TimeSpan? NextExpiry => _waiting.Count == 0 ? null : _waiting.Min(w => w.ExpiresAt);

    /// <summary>Other bounds from now on; what waits already stays.</summary>
    public void Change(QueueOptions changed) => options = changed;

    /// <summary>Takes a command in.</summary>
    /// <param name="command">The command.</param>
    /// <param name="size">Its payload in bytes.</param>
    /// <param name="expiresAt">When it is no longer wanted.</param>
    /// <param name="dropped">What had to give way to it; never sent.</param>
    /// <returns>False if it does not fit: then nothing changed.</returns>
    public bool TryEnqueue(T command, int size, TimeSpan expiresAt, out IReadOnlyList<T> dropped)
    {
        dropped = [];
        if (!Fits(size))
        {
            if (options.Overflow == QueueOverflow.Reject || size > options.MaxBytes)
                return false;
            List<T> gone = [];
            while (!Fits(size) && TryRemoveFirst(out var oldest))
                gone.Add(oldest);
            dropped = gone;
        }

        _waiting.AddLast(new Waiting(command, size, expiresAt));
        _bytes += size;
        return true;
    }

    /// <summary>Takes out what expired by <paramref name="now"/>; it must not be sent.</summary>
    public IReadOnlyList<T> TakeExpired(TimeSpan now) => TakeWhere(waiting => waiting.ExpiresAt <= now);

    /// <summary>Takes out what <paramref name="mayLeave"/> lets go, in order; each is asked about once.</summary>
    public IReadOnlyList<T> TakeAll(Predicate<T> mayLeave) => TakeWhere(waiting => mayLeave(waiting.Command));

    private List<T> TakeWhere(Predicate<Waiting> match)
    {
        List<T> taken = [];
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (match(node.Value))
            {
                taken.Add(node.Value.Command);
                Remove(node);
            }

            node = next;
        }

        return taken;
    }

    /// <summary>Takes out the first command.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out T command) => TryRemoveFirst(out command);

    /// <summary>Takes out what <paramref name="match"/> tells, wherever it stands.</summary>
    public bool TryRemove(Predicate<T> match)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (match(node.Value.Command))
            {
                Remove(node);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a command waits that <paramref name="match"/> tells.</summary>
    public bool Contains(Predicate<T> match) => _waiting.Any(w => match(w.Command));

    private bool Fits(int size) => _waiting.Count < options.Capacity && _bytes + size <= options.MaxBytes;

    private bool TryRemoveFirst([MaybeNullWhen(false)] out T command)
    {
        if (_waiting.First is not { } first)
        {
            command = default;
            return false;
        }

        command = first.Value.Command;
        Remove(first);
        return true;
    }

    private void Remove(LinkedListNode<Waiting> node)
    {
        _bytes -= node.Value.Size;
        _waiting.Remove(node);
    }

    private readonly record struct Waiting(T Command, int Size, TimeSpan ExpiresAt);
}
