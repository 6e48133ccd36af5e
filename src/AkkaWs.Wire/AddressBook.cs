using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AkkaWs.Wire;

/// <summary>Where a host is.</summary>
/// <param name="Addresses">The preferred one first.</param>
/// <param name="Failure">Why the remembered address stands in for what the resolver did not tell; null: the resolver told.</param>
internal sealed record FoundAddresses(IReadOnlyList<IPAddress> Addresses, string? Failure = null);

/// <summary>
/// The addresses of hosts: resolved anew for each attempt, so that a host may move. Where the resolver fails or does not answer, the address at which an upgrade
/// succeeded last is used: an outage of DNS is none of the venue. Thread-safe.
/// </summary>
/// <param name="resolve">Resolves a name.</param>
internal sealed class AddressBook(Func<string, AddressFamily, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>No more hosts than this are remembered.</summary>
    public const int MaxHosts = 256;

    // The resolver's share of the time to connect where there is another address to go to.
    private const int ResolverShare = 4;

    private readonly ConcurrentDictionary<string, IPAddress> _lastGood = new(StringComparer.OrdinalIgnoreCase);

    // Hosts whose last attempt failed: they may have moved, and the resolver may only be slow.
    private readonly ConcurrentDictionary<string, bool> _suspected = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The one of the process, over the system's resolver.</summary>
    public static AddressBook Shared { get; } = new(Dns.GetHostAddressesAsync);

    public async Task<FoundAddresses> FindAsync(DnsEndPoint endPoint, WireOptions options, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(endPoint.Host, out var literal))
            return new FoundAddresses([literal]);
        var resolving = resolve(endPoint.Host, endPoint.AddressFamily, cancellationToken);
        if (!_lastGood.TryGetValue(endPoint.Host, out var lastGood))
            return new FoundAddresses(await resolving.ConfigureAwait(false));
        // It may fail when nobody waits for it any more.
        _ = resolving.ContinueWith(late => _ = late.Exception, TaskScheduler.Default);
        var patience = _suspected.TryRemove(endPoint.Host, out _) ? options.ConnectTimeout : options.ConnectTimeout / ResolverShare;
        try
        {
            var found = await resolving.WaitAsync(patience, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            return found.Length > 0 ? new FoundAddresses(found) : new FoundAddresses([lastGood], $"{SocketError.NoData}");
        }
        catch (SocketException failed)
        {
            return new FoundAddresses([lastGood], $"{failed.SocketErrorCode}");
        }
        catch (TimeoutException)
        {
            return new FoundAddresses([lastGood], $"no answer within {patience}");
        }
    }

    /// <summary>
    /// An upgrade at these addresses of the host failed: where the remembered one is among them, the resolver gets all of the next attempt's time, and the remembered
    /// address its turn again after that.
    /// </summary>
    public void Suspect(string host, IReadOnlyList<IPAddress> tried)
    {
        if (_lastGood.TryGetValue(host, out var lastGood) && tried.Contains(lastGood))
            _suspected[host] = true;
    }

    /// <summary>An upgrade at this address of the host succeeded.</summary>
    public void Remember(string host, IPAddress address)
    {
        if (IPAddress.TryParse(host, out _))
            return;
        if (_lastGood.Count >= MaxHosts && !_lastGood.ContainsKey(host))
        {
            _lastGood.Clear();
            _suspected.Clear();
        }

        _lastGood[host] = address;
        _suspected.TryRemove(host, out _);
    }
}
