using AkkaWs.Testing;

namespace AkkaWs.Tests.Chaos;

/// <summary>A time in which a connection cannot be, because the proxy before its server fails in one way.</summary>
internal sealed record Outage(string Connection, Failure Failure, TimeSpan Begin, TimeSpan End)
{
    // What leaves no doubt about the state: a connection that trickles is Ready as long as its pongs come.
    private static readonly Failure[] Failures = [Failure.Refuse, Failure.Fin, Failure.Reset, Failure.Garbage, Failure.HttpPage, Failure.TlsNonsense, Failure.Silence];

    /// <summary>Outages of each connection, one after the other: the same seed, the same outages.</summary>
    /// <param name="seed">Chooses what, when and how long.</param>
    /// <param name="connections">Whose.</param>
    /// <param name="run">When the last one must be over.</param>
    /// <param name="atLeast">The shortest that each lasts, and that lies between two; at most twice as long.</param>
    public static IReadOnlyList<Outage> Plan(int seed, IReadOnlyList<string> connections, TimeSpan run, TimeSpan atLeast)
    {
        var random = new Random(seed);
        List<Outage> plan = [];
        foreach (var connection in connections)
        {
            for (var begin = Some(); ; begin = plan[^1].End + Some())
            {
                var outage = new Outage(connection, Failures[random.Next(Failures.Length)], begin, begin + Some());
                if (outage.End > run)
                    break;
                plan.Add(outage);
            }
        }

        return [.. plan.OrderBy(outage => outage.Begin)];

        TimeSpan Some() => atLeast * (1 + random.NextDouble());
    }

    public async Task BeginAsync(FaultProxy proxy)
    {
        proxy.Plan = _ => Failure == Failure.HttpPage ? [Fault.Inject(WireFailures.HttpPage), Fault.Finish()] : [WireFailures.FaultOf(Failure)];
        if (Failure == Failure.Refuse)
            await proxy.RefuseAsync();
        proxy.Apply(Failure == Failure.HttpPage ? Fault.Inject(WireFailures.HttpPage) : WireFailures.FaultOf(Failure));
    }
}
