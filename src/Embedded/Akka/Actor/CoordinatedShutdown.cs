using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Ends an application in phases: each begins when the tasks of those it depends on have ended or timed out; the tasks of one phase run together.</summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly Lock _gate = new();
    private readonly ShutdownPhase[] _phases;
    private readonly Dictionary<string, List<(string Name, Func<Task<Done>> Run)>> _tasks = [];
    private readonly ILoggingAdapter _log;
    private Task<Done> _run;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, typeof(CoordinatedShutdown));
        _phases = ShutdownPhase.InOrder(system.Settings.Config.GetConfig("akka.coordinated-shutdown"));
        if (system.Settings.CoordinatedShutdownTerminateActorSystem)
        {
            AddTask(PhaseActorSystemTerminate, "terminate-system", async () =>
            {
                await ((ActorSystemImpl)system).TerminateNow().ConfigureAwait(false);
                return Done.Instance;
            });
        }

        if (system.Settings.Config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook"))
            RunAtProcessExit();
    }

    public ExtendedActorSystem System { get; }

    /// <summary>Why the shutdown was started, or null.</summary>
    public Reason ShutdownReason { get; private set; }

    public TimeSpan TotalTimeout => _phases.Where(phase => _tasks.ContainsKey(phase.Name)).Aggregate(TimeSpan.Zero, (sum, phase) => sum + phase.Timeout);

    public static CoordinatedShutdown Get(ActorSystem sys) => new CoordinatedShutdownExtension().Apply(sys);

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (_phases.All(known => known.Name != phase))
        {
            throw new ConfigurationException($"Unknown phase [{phase}], known phases [{string.Join(",", _phases.Select(known => known.Name))}]. "
                + "All phases (along with their optional dependencies) must be defined in configuration.");
        }

        lock (_gate)
        {
            if (!_tasks.TryGetValue(phase, out var tasks))
                _tasks[phase] = tasks = [];
            tasks.Add((taskName, task));
        }
    }

    /// <summary>Runs the phases, once: later calls return the same task.</summary>
    public Task<Done> Run(Reason reason, string fromPhase = null)
    {
        lock (_gate)
        {
            if (_run is not null)
                return _run;
            ShutdownReason = reason;
            var first = fromPhase is null ? 0 : Array.FindIndex(_phases, phase => phase.Name == fromPhase);
            return _run = Task.Run(() => RunFrom(Math.Max(0, first)));
        }
    }

    public TimeSpan Timeout(string phase) => _phases.FirstOrDefault(known => known.Name == phase)?.Timeout
        ?? throw new ArgumentException($"Unknown phase [{phase}]. All phases must be defined in configuration.", nameof(phase));

    private async Task<Done> RunFrom(int first)
    {
        foreach (var phase in _phases.Skip(first).Where(phase => phase.Enabled))
            await RunPhase(phase).ConfigureAwait(false);
        return Done.Instance;
    }

    private async Task RunPhase(ShutdownPhase phase)
    {
        (string Name, Func<Task<Done>> Run)[] tasks;
        lock (_gate)
            tasks = _tasks.TryGetValue(phase.Name, out var added) ? [.. added] : [];
        if (tasks.Length == 0)
            return;
        try
        {
            await Task.WhenAll(tasks.Select(task => RunTask(phase, task.Name, task.Run))).WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            if (phase.Name == PhaseActorSystemTerminate && System.WhenTerminated.IsCompleted)
                return;
            if (!phase.Recover)
                throw new TimeoutException($"Coordinated shutdown phase [{phase.Name}] timed out after {phase.Timeout}");
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase.Name, phase.Timeout);
        }
    }

    private async Task RunTask(ShutdownPhase phase, string name, Func<Task<Done>> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception e) when (phase.Recover)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase.Name, e.Message);
        }
    }

    private void RunAtProcessExit()
    {
        AppDomain.CurrentDomain.ProcessExit += AtExit;
        System.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= AtExit);

        void AtExit(object sender, EventArgs args) => Run(ClrExitReason.Instance).Wait(TotalTimeout);
    }

    public class Reason
    {
        protected Reason()
        {
        }
    }

    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }
}

public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system);
}
