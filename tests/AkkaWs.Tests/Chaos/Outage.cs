using AkkaWs.Errors;
using AkkaWs.Testing;

namespace AkkaWs.Tests.Chaos;

/// <summary>A time in which a connection cannot be, because the proxy before its server fails in one way.</summary>
internal sealed record Outage(string Connection, Failure Failure, TimeSpan Begin, TimeSpan End)
{
    // What leaves no doubt about the state: a connection that trickles is Ready as long as its pongs come.
    public static IReadOnlyList<Failure> Failures { get; } = [Failure.Refuse, Failure.Fin, Failure.Reset, Failure.Garbage, Failure.HttpPage, Failure.TlsNonsense, Failure.Silence];

    /// <summary>Outages of each connection, one after the other: the same seed, the same outages. No failure comes again before every other one has come.</summary>
    /// <param name="seed">Chooses what, when and how long.</param>
    /// <param name="connections">Whose.</param>
    /// <param name="run">When the last one must be over.</param>
    /// <param name="atLeast">The shortest that each lasts, and that lies between two.</param>
    /// <param name="atMost">The longest.</param>
    public static IReadOnlyList<Outage> Plan(int seed, IReadOnlyList<string> connections, TimeSpan run, TimeSpan atLeast, TimeSpan atMost)
    {
        var random = new Random(seed);
        Queue<Failure> coming = [];
        List<Outage> plan = [];
        foreach (var connection in connections)
        {
            for (var begin = Some(); ; begin = plan[^1].End + Some())
            {
                var end = begin + Some();
                if (end > run)
                    break;
                plan.Add(new Outage(connection, Next(), begin, end));
            }
        }

        return [.. plan.OrderBy(outage => outage.Begin)];

        TimeSpan Some() => atLeast + ((atMost - atLeast) * random.NextDouble());

        Failure Next()
        {
            if (coming.Count == 0)
            {
                Failure[] every = [.. Failures];
                random.Shuffle(every);
                coming = new Queue<Failure>(every);
            }

            return coming.Dequeue();
        }
    }

    /// <summary>What an open connection may take this failure for.</summary>
    public IReadOnlyList<ErrorClass> Causes => Failure switch
    {
        Failure.Fin => [ErrorClass.AbnormalClosure],
        Failure.Silence => [ErrorClass.MissedPong],
        Failure.HttpPage or Failure.TlsNonsense => [ErrorClass.ProtocolViolation],
        // By chance it is the head of a long frame, in which the pongs are lost.
        Failure.Garbage => [ErrorClass.ProtocolViolation, ErrorClass.MissedPong],
        // A runtime that unblocks a pending read first may end the stream before it resets it.
        _ => [ErrorClass.Reset, ErrorClass.AbnormalClosure],
    };

    public async Task BeginAsync(FaultProxy proxy)
    {
        proxy.Plan = _ => Failure == Failure.HttpPage ? [Fault.Inject(WireFailures.HttpPage), Fault.Finish()] : [WireFailures.FaultOf(Failure)];
        if (Failure == Failure.Refuse)
            await proxy.RefuseAsync();
        proxy.Apply(Failure == Failure.HttpPage ? Fault.Inject(WireFailures.HttpPage) : WireFailures.FaultOf(Failure));
    }
}
