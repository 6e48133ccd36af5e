using System.IO.Enumeration;

namespace Akka.Actor;

/// <summary>The actors that a path names, looked up anew for each message. <c>*</c> and <c>?</c> stand for parts of a name, <c>**</c> at the end for all below, <c>..</c> for the parent.</summary>
public class ActorSelection : ICanTell
{
    private readonly string[] _elements;

    internal ActorSelection(IActorRef anchor, string path)
        : this(anchor, (path ?? string.Empty).Split('/'))
    {
    }

    internal ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor ?? throw new ArgumentNullException(nameof(anchor));
        _elements = [.. elements.Where(element => element.Length > 0)];
    }

    public IActorRef Anchor { get; }

    public string PathString => "/" + string.Join('/', _elements);

    public void Tell(object message, IActorRef sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        sender ??= ActorCell.Current?.Self;
        if (Refs.Local(Anchor) is not { } anchor)
        {
            Anchor.Tell(message, sender);
            return;
        }

        var found = Matches(anchor, 0).Distinct().ToList();
        foreach (var reference in found)
            reference.Tell(message, sender);
        if (found.Count > 0)
            return;
        if (message is Identify identify)
            (sender ?? ActorRefs.Nobody).Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
        else
            anchor.System.DeadLetterRef.Bury(message, sender, new EmptyLocalRef(anchor.System, Anchor.Path / _elements));
    }

    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (Exception e)
        {
            throw new ActorNotFoundException("Exception occurred while resolving ActorSelection", e);
        }
    }

    public override bool Equals(object obj) => obj is ActorSelection other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}), Path({PathString})]";

    /// <summary>A path below the root, an address with its path, or a path relative to <paramref name="relativeTo"/>.</summary>
    internal static ActorSelection From(string path, ActorSystemImpl system, IActorRef relativeTo)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.StartsWith('/'))
            return new ActorSelection(system.Root, path);
        if (!Address.TryRead(path, out var address, out var rest))
            return new ActorSelection(relativeTo, path);
        return address == system.Root.Path.Address
            ? new ActorSelection(system.Root, rest.ToString())
            : new ActorSelection(new EmptyLocalRef(system, new RootActorPath(address)), rest.ToString());
    }

    protected bool Equals(ActorSelection other) => other is not null && Anchor.Equals(other.Anchor) && PathString == other.PathString;

    private static bool IsPattern(string element) => element.AsSpan().IndexOfAny('*', '?') >= 0;

    private static IEnumerable<ILocalRef> Below(ILocalRef reference) => reference.Children.SelectMany(child => Below(child).Prepend(child));

    private IEnumerable<ILocalRef> Matches(ILocalRef at, int index)
    {
        if (index == _elements.Length)
            return [at];
        var element = _elements[index];
        if (element == "..")
            return at.Parent is ILocalRef parent ? Matches(parent, index + 1) : [];
        if (element == "**")
            return Below(at);
        if (!IsPattern(element))
            return at.Child(element) is { } child ? Matches(child, index + 1) : [];
        return at.Children.Where(each => FileSystemName.MatchesSimpleExpression(element, each.Path.Name, ignoreCase: false)).SelectMany(each => Matches(each, index + 1));
    }
}
