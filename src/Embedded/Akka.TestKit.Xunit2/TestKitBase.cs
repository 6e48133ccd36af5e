using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Configs;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>A test's end of an actor system: an actor whose messages the test expects.</summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int _testActors;

    private readonly ITestKitAssertions _assertions;
    private readonly MessageQueue _queue = new();
    internal ITestKitAssertions Assertions => _assertions;

    private MessageEnvelope _last = NullMessageEnvelope.Instance;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem system = null, string testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystemSetup setup, string actorSystemName = null, string testActorName = null)
        : this(assertions, null, setup, actorSystemName, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string actorSystemName = null, string testActorName = null)
        : this(assertions, null, SetupFor(config), actorSystemName, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem system, ActorSystemSetup config, string actorSystemName, string testActorName)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        _assertions = assertions;
        InitializeTest(system, config, actorSystemName, testActorName);
    }

    public static Config DefaultConfig => TestConfigs.DefaultConfig;

    /// <summary>Logs everything that the engine can tell.</summary>
    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString("""
        akka {
          log-dead-letters-during-shutdown = true
          log-dead-letters = true
          loglevel = DEBUG
          stdout-loglevel = DEBUG
          actor.debug {
            receive = true
            autoreceive = true
            lifecycle = true
            event-stream = true
            unhandled = true
            fsm = true
            router-misconfiguration = true
          }
        }
        """);

    public ActorSystem Sys { get; private set; }

    public TestKitSettings TestKitSettings { get; private set; }

    /// <summary>The actor whose messages are expected; also the sender of a <c>Tell</c> that names none.</summary>
    public IActorRef TestActor { get; private set; }

    public ILoggingAdapter Log { get; private set; }

    /// <summary>Expects or mutes log events.</summary>
    public EventFilterFactory EventFilter { get; private set; }

    public bool HasMessages
    {
        get
        {
            if (!_queue.HasMessages)
                Completed(SettleAsync(true));
            return _queue.HasMessages;
        }
    }

    /// <exception cref="IllegalActorStateException">Nothing has been received.</exception>
    public object LastMessage => _last.Message;

    /// <exception cref="IllegalActorStateException">Nothing has been received.</exception>
    public IActorRef LastSender => _last.Sender;

    /// <summary>Event filters for the events of another system.</summary>
    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    public virtual TestProbe CreateTestProbe(string name = null) => CreateTestProbe(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string name = null) => new(system, _assertions, name);

    public virtual TestLatch CreateTestLatch(int count = 1) => TestLatch.Create(this, count);

    public TestBarrier CreateTestBarrier(int count) => new(this, count);

    /// <summary>A further test actor, whose messages join those of this kit.</summary>
    public IActorRef CreateTestActor(string name) => StartTestActor(Sys, name).Self;

    /// <summary>Stops the system and waits for it.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) => Shutdown(Sys, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        system ??= Sys;
        var limit = duration ?? TimeSpan.FromMilliseconds(Math.Clamp(Dilated(TimeSpan.FromSeconds(5)).TotalMilliseconds, 0, 10_000));
        if (system.Terminate().Wait(limit))
            return;
        const string Message = "Failed to stop [{0}] within [{1}].";
        if (verifySystemShutdown)
            throw new TimeoutException(string.Format(System.Globalization.CultureInfo.InvariantCulture, Message, system.Name, limit));
        system.Log.Warning(Message, system.Name, limit);
    }

    protected virtual void InitializeTest(ActorSystem system, ActorSystemSetup config, string actorSystemName, string testActorName)
    {
        Sys = system ?? ActorSystem.Create(actorSystemName ?? "test", WithDefaults(config));
        TestKitSettings = new TestKitSettings(Sys.Settings.Config.SafeWithFallback(DefaultConfig));
        Log = Logging.GetLogger(Sys, GetType());
        EventFilter = new EventFilterFactory(this);
        var context = StartTestActor(Sys, testActorName ?? $"testActor{Interlocked.Increment(ref _testActors)}");
        TestActor = context.Self;
        if (this is not INoImplicitSender)
            ImplicitSender.Install((ActorCell)context);
        else if (this is not TestProbe)
            ImplicitSender.Install(null);
    }

    protected void InitializeTest(ActorSystem system, Config config, string actorSystemName, string testActorName) =>
        InitializeTest(system, SetupFor(config), actorSystemName, testActorName);

    private static ActorSystemSetup SetupFor(Config config) => ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config ?? Config.Empty));

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        return setup.WithSetup(bootstrap.HasValue
            ? bootstrap.Value.WithConfigFallback(DefaultConfig)
            : BootstrapSetup.Create().WithConfig(DefaultConfig));
    }

    private IActorContext StartTestActor(ActorSystem system, string name)
    {
        var started = new TaskCompletionSource<IActorContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queue = _queue;
        ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new InternalTestActor(queue, started)), name);
        return started.Task.Wait(TestKitSettings.DefaultTimeout)
            ? started.Task.Result
            : throw new TimeoutException($"The test actor '{name}' did not start within {TestKitSettings.DefaultTimeout}.");
    }
}
