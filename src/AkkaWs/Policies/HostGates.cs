using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>
/// The gates for attempts to connect: one per host, shared by all connections to it. Their number is bounded; hosts beyond the bound share one
/// gate, which is stricter than each having its own. Pure: time comes in as an argument. One owner at a time.
/// </summary>
internal sealed class HostGates<T>(int maxHosts)
{
    public const int DefaultMaxHosts = 1_024;

    private readonly Dictionary<string, RateGate<T>> _gates = new(StringComparer.OrdinalIgnoreCase);
    private RateGate<T>? _others;

    public HostGates()
        : this(DefaultMaxHosts)
    {
    }

    /// <summary>How many hosts have a gate of their own.</summary>
    public int Count => _gates.Count;

    /// <summary>All gates: for a single timer over them, and for figures.</summary>
    public IEnumerable<RateGate<T>> All => _others is null ? _gates.Values : _gates.Values.Append(_others);

    /// <summary>
    /// The gate of a host (<see cref="Uri.IdnHost"/>; ports share it, since venues count addresses). Where connections to it have different
    /// options, the strictest hold for all. Ask anew for each attempt: an idle gate may be dropped.
    /// </summary>
    public RateGate<T> For(string host, RateOptions options, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        if (!_gates.TryGetValue(host, out var gate))
        {
            if (_gates.Count >= maxHosts)
                DropIdle(now);
            if (_gates.Count < maxHosts)
                return _gates[host] = new RateGate<T>(options);
            gate = _others ??= new RateGate<T>(options);
        }

        gate.Tighten(options);
        return gate;
    }

    private void DropIdle(TimeSpan now)
    {
        foreach (var (host, gate) in _gates)
        {
            if (gate.IsIdle(now))
                _gates.Remove(host);
        }
    }
}
