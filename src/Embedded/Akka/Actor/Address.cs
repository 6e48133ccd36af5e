namespace Akka.Actor;

public sealed class Address : IEquatable<Address>
{
    public Address(string protocol, string system, string host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host;
        Port = port;
    }

    public string Protocol { get; }

    public string System { get; }

    public string Host { get; }

    public int? Port { get; }

    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public bool HasGlobalScope => !HasLocalScope;

    public static bool operator ==(Address left, Address right) => Equals(left, right);

    public static bool operator !=(Address left, Address right) => !Equals(left, right);

    public bool Equals(Address other) =>
        other is not null && (ReferenceEquals(this, other)
            || (Protocol == other.Protocol && System == other.System && Host == other.Host && Port == other.Port));

    public override bool Equals(object obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Protocol, System, Host, Port);

    public override string ToString() => HasLocalScope ? $"{Protocol}://{System}" : $"{Protocol}://{System}@{Host}:{Port}";

    /// <summary>Reads <c>protocol://system[@host:port]</c>; the rest, from its slash on, is left to the caller.</summary>
    internal static bool TryRead(ReadOnlySpan<char> text, out Address address, out ReadOnlySpan<char> rest)
    {
        address = null;
        rest = default;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
            return false;
        var authority = text[(scheme + 3)..];
        var slash = authority.IndexOf('/');
        rest = slash < 0 ? default : authority[slash..];
        authority = slash < 0 ? authority : authority[..slash];
        var protocol = text[..scheme].ToString();
        var at = authority.IndexOf('@');
        if (at < 0)
        {
            address = authority.IsEmpty ? null : new Address(protocol, authority.ToString());
            return address is not null;
        }

        var colon = authority.LastIndexOf(':');
        if (colon <= at || !int.TryParse(authority[(colon + 1)..], out var port))
            return false;
        address = new Address(protocol, authority[..at].ToString(), authority[(at + 1)..colon].ToString(), port);
        return true;
    }
}
