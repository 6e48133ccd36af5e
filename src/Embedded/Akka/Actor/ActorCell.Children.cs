using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>The actor's children. Other threads may look them up, and the guardians' children are created by any thread: hence the lock.</summary>
internal sealed partial class ActorCell
{
    private Dictionary<string, ChildEntry> _children;
    private long _anonymous;
    private int _dying;

    /// <summary>Copied when enumerated, not before: most who are handed the children never look at them, and one copy per ended child is quadratic.</summary>
    public IEnumerable<ILocalRef> ChildRefs
    {
        get
        {
            foreach (var child in ChildCells)
                yield return child.Ref;
        }
    }

    private ChildEntry[] ChildCells
    {
        get
        {
            if (_children is not { } children)
                return [];
            lock (children)
                return [.. children.Values];
        }
    }

    private IReadOnlyCollection<ChildRestartStats> AllStats => new StatsOfAll(this);

    private bool HasChildren => _children is { Count: > 0 };

    private bool HasDyingChildren => _dying > 0;

    public IActorRef ActorOf(Props props, string name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is not null)
            Validate(name);
        if (_phase is Phase.Terminating or Phase.Ended)
            throw new InvalidOperationException("Cannot create child while terminating or terminated");
        var children = _children ?? Interlocked.CompareExchange(ref _children, new Dictionary<string, ChildEntry>(1), null) ?? _children;
        LocalActorRef child;
        lock (children)
        {
            name ??= ActorPathText.Generated(_anonymous++);
            ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(children, name, out var exists);
            if (exists)
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            child = new LocalActorRef(SystemImpl, _self, props, new ChildActorPath(_self.Path, name, SystemImpl.NextUid()));
            slot = new ChildEntry(child);
        }

        child.SendSystem(new Create());
        // Created by another thread while this actor was stopping its children: it was not among them.
        if (Current != this && _phase is Phase.Terminating or Phase.Ended)
            child.SendSystem(new Terminate());
        return child;
    }

    public IActorRef Child(string name) => (IActorRef)ChildNamed(name) ?? ActorRefs.Nobody;

    public ILocalRef ChildNamed(string name)
    {
        if (_children is not { } children)
            return null;
        lock (children)
            return children.TryGetValue(name, out var child) ? child.Ref : null;
    }

    public IEnumerable<IActorRef> GetChildren() => Array.ConvertAll(ChildCells, child => (IActorRef)child.Ref);

    public void Stop(IActorRef child)
    {
        if (Refs.Local(child) is not LocalActorRef local)
            return;
        if (TryGetChildCell(local, out var cell))
            StopChild(cell);
        else
            local.SendSystem(new Terminate());
    }

    private static void Validate(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException($"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, not be empty, and only contain ASCII letters, "
                + $"digits and these special characters: `{ActorPath.ValidSymbols}`");
        }
    }

    private void StopChild(ChildEntry child)
    {
        if (!child.Dying)
        {
            child.Dying = true;
            _dying++;
        }

        child.Ref.SendSystem(new Terminate());
    }

    private bool TryGetChildCell(LocalActorRef child, [NotNullWhen(true)] out ChildEntry cell)
    {
        cell = null;
        if (_children is not { } children)
            return false;
        lock (children)
            return children.TryGetValue(child.Path.Name, out cell) && cell.Ref == child;
    }

    private void RemoveChild(LocalActorRef child)
    {
        if (!TryGetChildCell(child, out var cell))
            return;
        lock (_children)
            _children.Remove(child.Path.Name);
        if (cell.Dying)
            _dying--;
        if (_actor is not null)
            Strategy.HandleChildTerminated(this, child, ChildRefs);
        if (_phase == Phase.Recreating && !HasDyingChildren)
            FinishRecreate();
        else if (_phase == Phase.Terminating && !HasChildren)
            FinishTerminate();
    }

    /// <summary>Copied when looked at: a strategy that judges one child alone never does.</summary>
    private sealed class StatsOfAll(ActorCell cell) : IReadOnlyCollection<ChildRestartStats>
    {
        public int Count => cell._children?.Count ?? 0;

        public IEnumerator<ChildRestartStats> GetEnumerator() => cell.ChildCells.Select(child => child.Stats).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class ChildEntry(LocalActorRef child)
    {
        private ChildRestartStats _stats;

        public LocalActorRef Ref => child;

        public bool Dying { get; set; }

        public ChildRestartStats Stats => _stats ??= new ChildRestartStats(child);
    }
}
