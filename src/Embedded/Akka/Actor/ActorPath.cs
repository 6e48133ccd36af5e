using System.Globalization;

namespace Akka.Actor;

public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private readonly ActorPath _parent;
    private readonly Address _address;

    protected ActorPath(Address address, string name)
    {
        _address = address;
        Name = name;
    }

    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        _parent = parentPath;
        Name = name;
        Uid = uid;
        Depth = parentPath.Depth + 1;
    }

    public Address Address => Root._address;

    public int Depth { get; }

    public string Name { get; }

    public long Uid { get; }

    public ActorPath Parent => _parent ?? this;

    public ActorPath Root
    {
        get
        {
            var path = this;
            while (path._parent is not null)
                path = path._parent;
            return path;
        }
    }

    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new string[Depth];
            var path = this;
            for (var i = Depth - 1; i >= 0; i--, path = path._parent)
                elements[i] = path.Name;
            return elements;
        }
    }

    public static ActorPath operator /(ActorPath path, string name) => path.Child(name);

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name) => name.Aggregate(path, (at, next) => string.IsNullOrEmpty(next) ? at : at.Child(next));

    public static bool operator ==(ActorPath left, ActorPath right) => Equals(left, right);

    public static bool operator !=(ActorPath left, ActorPath right) => !Equals(left, right);

    public static bool IsValidPathElement(string s) => !string.IsNullOrEmpty(s) && s[0] != '$' && ActorPathText.IsValid(s);

    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, out ActorPath actorPath) => ActorPathText.TryParse(null, path, out actorPath);

    public static bool TryParse(ActorPath basePath, string absoluteUri, out ActorPath actorPath) => ActorPathText.TryParse(basePath, absoluteUri, out actorPath);

    public static bool TryParse(ActorPath basePath, ReadOnlySpan<char> absoluteUri, out ActorPath actorPath) => ActorPathText.TryParse(basePath, absoluteUri, out actorPath);

    public ActorPath Child(string childName)
    {
        var hash = childName.IndexOf('#', StringComparison.Ordinal);
        return hash < 0
            ? new ChildActorPath(this, childName, 0)
            : new ChildActorPath(this, childName[..hash], long.Parse(childName.AsSpan(hash + 1), CultureInfo.InvariantCulture));
    }

    public ActorPath WithUid(long uid) => _parent is null || uid == Uid ? this : new ChildActorPath(_parent, Name, uid);

    public bool Equals(ActorPath other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Depth != other.Depth)
            return false;
        ActorPath a = this, b = other;
        for (; a._parent is not null; a = a._parent, b = b._parent)
        {
            if (ReferenceEquals(a, b))
                return true;
            if (a.Name != b.Name)
                return false;
        }

        return a._address == b._address;
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public override int GetHashCode()
    {
        var hash = 17;
        var path = this;
        for (; path._parent is not null; path = path._parent)
            hash = (hash * 31) + string.GetHashCode(path.Name, StringComparison.Ordinal);
        return (hash * 31) + path._address.GetHashCode();
    }

    public int CompareTo(ActorPath other) => string.CompareOrdinal(ToString(), other?.ToString());

    public string ToStringWithoutAddress() => Depth == 0 ? "/" : ActorPathText.Join(this);

    public string ToStringWithAddress() => ToStringWithAddress(Address);

    public string ToStringWithAddress(Address address) => (Address.HasGlobalScope ? Address : address) + ToStringWithoutAddress();

    public string ToStringWithUid() => Uid == 0 ? ToStringWithAddress() : ToStringWithAddress() + "#" + Uid.ToString(CultureInfo.InvariantCulture);

    public string ToSerializationFormat() => ToStringWithUid();

    public override string ToString() => ToStringWithAddress();
}

public sealed class RootActorPath : ActorPath
{
    public RootActorPath(Address address, string name = "")
        : base(address, name)
    {
    }
}

public sealed class ChildActorPath : ActorPath
{
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(parentPath, name, uid)
    {
    }
}
