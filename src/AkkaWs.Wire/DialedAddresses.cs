using System.Collections.Concurrent;
using System.Net;

namespace AkkaWs.Wire;

/// <summary>
/// The addresses that one upgrade went to, those of its proxy and of redirects included. Whether they are good is known at its end only: what accepts TCP may be
/// anything, once a host has moved. Thread-safe.
/// </summary>
internal sealed class DialedAddresses(AddressBook book)
{
    private readonly ConcurrentQueue<Dial> _dials = new();

    /// <summary>Which host did not resolve, and what was done about it; null: each did.</summary>
    public string? Unresolved => _dials.FirstOrDefault(dial => dial.Found.Failure is not null) is { } dial
        ? $"{dial.Host} did not resolve ({dial.Found.Failure}), so the address that worked last was tried."
        : null;

    /// <summary>Adds the addresses at which a host is about to be dialed.</summary>
    public Dial Add(string host, FoundAddresses found)
    {
        var dial = new Dial(host, found);
        _dials.Enqueue(dial);
        return dial;
    }

    /// <summary>The upgrade succeeded.</summary>
    public void Remember()
    {
        foreach (var dial in _dials)
        {
            if (dial.Accepted is { } address)
                book.Remember(dial.Host, address);
        }
    }

    /// <summary>The upgrade failed.</summary>
    public void Suspect()
    {
        foreach (var dial in _dials)
            book.Suspect(dial.Host, dial.Found.Addresses);
    }

    internal sealed class Dial(string host, FoundAddresses found)
    {
        public string Host => host;

        public FoundAddresses Found => found;

        /// <summary>The one that accepted TCP; null while none did.</summary>
        public IPAddress? Accepted { get; set; }
    }
}
