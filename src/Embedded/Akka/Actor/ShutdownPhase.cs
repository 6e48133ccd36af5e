using Akka.Configuration;

namespace Akka.Actor;

/// <summary>A phase of the coordinated shutdown, as configured.</summary>
internal sealed record ShutdownPhase(string Name, IReadOnlyCollection<string> DependsOn, TimeSpan Timeout, bool Recover, bool Enabled)
{
    /// <summary>All configured phases, each after those it depends on.</summary>
    public static ShutdownPhase[] InOrder(Config config)
    {
        var normal = config.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5));
        var phases = new Dictionary<string, ShutdownPhase>();
        foreach (var name in config.GetConfig("phases").Root.GetObject().Items.Keys)
        {
            var phase = config.GetConfig("phases." + name);
            phases[name] = phase.IsNullOrEmpty()
                ? new ShutdownPhase(name, [], normal, Recover: true, Enabled: true)
                : new ShutdownPhase(
                    name,
                    [.. phase.GetStringList("depends-on") ?? []],
                    phase.GetTimeSpan("timeout", normal),
                    phase.GetBoolean("recover", true),
                    phase.GetBoolean("enabled", true));
        }

        var ordered = new List<ShutdownPhase>();
        var visiting = new HashSet<string>();
        foreach (var name in phases.Keys)
            Visit(name);
        return [.. ordered];

        void Visit(string name)
        {
            var phase = phases.GetValueOrDefault(name) ?? new ShutdownPhase(name, [], normal, Recover: true, Enabled: true);
            if (ordered.Exists(done => done.Name == name))
                return;
            if (!visiting.Add(name))
                throw new ArgumentException($"Cycle detected in the phases of akka.coordinated-shutdown, at [{name}].");
            foreach (var dependency in phase.DependsOn)
                Visit(dependency);
            ordered.Add(phase);
        }
    }
}
