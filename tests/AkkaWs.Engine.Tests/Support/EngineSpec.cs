using Akka.Actor;
using Akka.Configuration;

namespace AkkaWs.Engine.Tests;

/// <summary>One quiet system per test.</summary>
public abstract class EngineSpec : IAsyncLifetime
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private const string Quiet = """
        akka {
          loglevel = DEBUG
          stdout-loglevel = OFF
          log-dead-letters = off
          loggers = []
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """;

    protected EngineSpec(string config = "") => Sys = ActorSystem.Create("spec", ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(Quiet)));

    protected ActorSystem Sys { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Sys.Terminate().WaitAsync(Limit);

    /// <summary>Runs <paramref name="body"/> on a thread that no actor has ever used.</summary>
    internal static T OutsideOfActors<T>(Func<T> body)
    {
        var result = default(T)!;
        var thread = new Thread(() => result = body());
        thread.Start();
        thread.Join();
        return result;
    }

    internal Inbox NewInbox() => new(Sys);

    /// <summary>A top-level puppet that reports to <paramref name="inbox"/>.</summary>
    internal IActorRef NewPuppet(Inbox inbox, Hooks? hooks = null, string? name = null) => Sys.ActorOf(Puppet.With(inbox, hooks), name);

    /// <summary>Runs <paramref name="body"/> inside the puppet and returns its result.</summary>
    internal static Task<T> Within<T>(IActorRef puppet, Func<IUntypedActorContext, T> body) => puppet.Ask<T>(new Call(context => body(context)), Limit, CancellationToken.None);

    internal static Task<IActorRef> NewChild(IActorRef puppet, Props props, string? name = null) => Within(puppet, context => context.ActorOf(props, name));

    internal static Task<IActorRef> NewWatched(IActorRef puppet, Props props) => Within(puppet, context => context.Watch(context.ActorOf(props)));
}
