using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace AkkaWs.Engine.Tests;

public sealed class ActorSystemTests : EngineSpec
{
    [Fact]
    public async Task Terminate_ends_all_actors_the_children_first_and_completes_WhenTerminated()
    {
        var ends = new ConcurrentQueue<string>();
        var parent = NewPuppet(NewInbox(), new Hooks { OnStop = () => ends.Enqueue("parent") });
        await NewChild(parent, Puppet.With(NewInbox(), new Hooks { OnStop = () => ends.Enqueue("child") }));
        Assert.False(Sys.WhenTerminated.IsCompleted);

        await Sys.Terminate().WaitAsync(Limit);

        Assert.Equal(["child", "parent"], ends);
        Assert.True(Sys.WhenTerminated.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Terminate_may_be_called_again_and_again()
    {
        var all = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Sys.Terminate)));

        await all.WaitAsync(Limit);
        await Sys.Terminate().WaitAsync(Limit);
    }

    [Fact]
    public async Task Busy_actors_do_not_keep_the_system_from_terminating()
    {
        var rings = Enumerable.Range(0, 20).Select(_ => Sys.ActorOf(Props.Create<Echo>())).ToList();
        foreach (var actor in rings)
        {
            for (var i = 0; i < 50; i++)
                actor.Tell(i, rings[i % rings.Count]);
        }

        await Sys.Terminate().WaitAsync(Limit);
    }

    [Fact]
    public async Task No_actor_is_made_after_the_end()
    {
        await Sys.Terminate().WaitAsync(Limit);

        Assert.Throws<InvalidOperationException>(() => Sys.ActorOf(Props.Create<Echo>()));
    }

    [Fact]
    public async Task Termination_callbacks_run_the_latest_first()
    {
        var order = new ConcurrentQueue<int>();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Sys.RegisterOnTermination(() =>
        {
            order.Enqueue(1);
            last.SetResult();
        });
        Sys.RegisterOnTermination(() => order.Enqueue(2));

        await Sys.Terminate().WaitAsync(Limit);
        await last.Task.WaitAsync(Limit);

        Assert.Equal([2, 1], order);
    }

    [Fact]
    public async Task An_extension_is_created_once_however_many_ask_for_it()
    {
        var id = new CountingId();

        var extensions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => id.Get(Sys) ?? id.Apply(Sys))));

        Assert.Single(extensions.Distinct());
        Assert.Equal(1, id.Created);
        Assert.True(Sys.HasExtension<Counting>());
        Assert.Same(extensions[0], Sys.GetExtension<Counting>());
        Assert.True(Sys.TryGetExtension<Counting>(out var found));
        Assert.Same(extensions[0], found);
        Assert.Same(extensions[0], Sys.WithExtension<Counting, CountingId>());
    }

    [Fact]
    public void What_was_configured_goes_before_the_defaults_and_an_injected_fallback_after_them()
    {
        using var system = ActorSystem.Create("configured", ConfigurationFactory.ParseString("own.key = 1, akka { stdout-loglevel = OFF, loglevel = ERROR }"));

        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString("own { key = 2, other = 3 }"));

        Assert.Equal((1, 3), (system.Settings.Config.GetInt("own.key"), system.Settings.Config.GetInt("own.other")));
        Assert.Equal("ERROR", system.Settings.LogLevel);
        Assert.Equal(Timeout.InfiniteTimeSpan, system.Settings.AskTimeout);
    }

    [Fact]
    public void A_bootstrap_setup_carries_the_configuration()
    {
        using var system = ActorSystem.Create("setup", BootstrapSetup.Create().WithConfig("akka.stdout-loglevel = OFF, akka.loglevel = OFF, own.key = 1"));

        Assert.Equal(1, system.Settings.Config.GetInt("own.key"));
        Assert.Equal("setup", system.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("-a")]
    public void A_system_has_a_name_that_an_address_can_hold(string name) => Assert.Throws<ArgumentException>(() => ActorSystem.Create(name));

    [Fact]
    public async Task A_configured_logger_gets_the_events_of_its_level()
    {
        var loggers = $"akka {{ loglevel = WARNING, stdout-loglevel = OFF, loggers = [\"{typeof(KeepingLogger).AssemblyQualifiedName}\"] }}";
        using var system = ActorSystem.Create("logged", loggers);
        var text = Guid.NewGuid().ToString();

        system.Log.Info(text + " info");
        system.Log.Warning(text + " warning");

        Assert.Equal(text + " warning", await KeepingLogger.First(text).WaitAsync(Limit));
        await system.Terminate().WaitAsync(Limit);
    }

    private sealed class Counting : IExtension;

    private sealed class CountingId : ExtensionIdProvider<Counting>
    {
        private int _created;

        public int Created => _created;

        public override Counting CreateExtension(ExtendedActorSystem system)
        {
            Interlocked.Increment(ref _created);
            return new Counting();
        }
    }
}

public sealed class KeepingLogger : ReceiveActor
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<string>> Waiting = new();

    public KeepingLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(logged =>
        {
            var text = logged.Message.ToString()!;
            Kept(text.Split(' ')[0]).TrySetResult(text);
        });
    }

    public static Task<string> First(string prefix) => Kept(prefix).Task;

    private static TaskCompletionSource<string> Kept(string prefix) => Waiting.GetOrAdd(prefix, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
