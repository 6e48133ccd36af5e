using System.Collections.Concurrent;
using Akka;
using Akka.Actor;
using Akka.Configuration;

namespace AkkaWs.Engine.Tests;

public sealed class CoordinatedShutdownTests : EngineSpec
{
    private readonly ConcurrentQueue<string> _order = new();

    public CoordinatedShutdownTests()
        : base("akka.coordinated-shutdown.phases.service-stop.timeout = 2s")
    {
    }

    [Fact]
    public async Task Phases_run_in_the_order_of_their_dependencies_and_end_the_system()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        Add(shutdown, CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "last");
        Add(shutdown, CoordinatedShutdown.PhaseServiceStop, "middle");
        Add(shutdown, CoordinatedShutdown.PhaseBeforeServiceUnbind, "first");

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);

        Assert.Equal(["first", "middle", "last"], _order);
        Assert.True(Sys.WhenTerminated.IsCompleted);
        Assert.Same(CoordinatedShutdown.UnknownReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task Terminate_runs_it()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        Add(shutdown, CoordinatedShutdown.PhaseServiceUnbind, "unbound");

        await Sys.Terminate().WaitAsync(Limit);

        Assert.Equal(["unbound"], _order);
        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task It_runs_once()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        Add(shutdown, CoordinatedShutdown.PhaseServiceStop, "once");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance))).WaitAsync(Limit);

        Assert.Equal(["once"], _order);
    }

    [Fact]
    public async Task A_phase_that_times_out_or_fails_does_not_keep_the_later_ones()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => Task.FromException<Done>(new InvalidOperationException()));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "hangs", () => new TaskCompletionSource<Done>().Task);
        Add(shutdown, CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "last");

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);

        Assert.Equal(["last"], _order);
    }

    [Fact]
    public async Task It_can_begin_at_a_later_phase()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        Add(shutdown, CoordinatedShutdown.PhaseServiceUnbind, "skipped");
        Add(shutdown, CoordinatedShutdown.PhaseServiceStop, "run");

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseServiceStop).WaitAsync(Limit);

        Assert.Equal(["run"], _order);
    }

    [Fact]
    public void A_phase_has_its_timeout_and_an_unknown_one_is_refused()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);

        Assert.Equal(TimeSpan.FromSeconds(2), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        Assert.Equal(TimeSpan.FromSeconds(5), shutdown.Timeout(CoordinatedShutdown.PhaseServiceUnbind));
        Assert.Throws<ConfigurationException>(() => Add(shutdown, "no such phase", "x"));
    }

    private void Add(CoordinatedShutdown shutdown, string phase, string name) => shutdown.AddTask(phase, name, () =>
    {
        _order.Enqueue(name);
        return Task.FromResult(Done.Instance);
    });
}
