using System.Text;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

internal sealed class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ExtensionRegistry _extensions;
    private readonly Terminator _terminator;
    private long _uid;

    public ActorSystemImpl(string name, ActorSystemSetup setup)
    {
        Name = name;
        var bootstrap = setup.Get<BootstrapSetup>();
        Settings = new Settings(this, bootstrap.HasValue ? bootstrap.Value.Config.GetOrElse(Config.Empty) : Config.Empty, setup);
        Throughput = Math.Max(1, Settings.Config.GetInt("akka.actor.default-dispatcher.throughput", 30));
        Dispatcher = new ThreadPoolDispatcher(Throughput);
        Dispatchers = new Dispatchers(Dispatcher);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = Logging.GetLogger(this, this);
        Scheduler = CreateScheduler();

        var root = new RootActorPath(new Address("akka", name));
        DeadLetterRef = new DeadLetterRef(this, root / "deadLetters");
        IgnoreRef = new IgnoreRef(this, root / "ignore");
        TempContainer = new TempContainer(this, root / "temp");
        _terminator = new Terminator(this);
        Root = new RootGuardian(this, root, _terminator);
        var strategy = SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create();
        UserRef = new LocalActorRef(this, Root, Props.Create<GuardianActor>(strategy), new ChildActorPath(root, "user", NextUid()));
        SystemRef = new LocalActorRef(this, Root, Props.Create<GuardianActor>(), new ChildActorPath(root, "system", NextUid()));
        _extensions = new ExtensionRegistry(this);
        Provider = new LocalProvider(this);
    }

    public int Throughput { get; }

    public MessageDispatcher Dispatcher { get; }

    public DeadLetterRef DeadLetterRef { get; }

    public TempContainer TempContainer { get; }

    public RootGuardian Root { get; }

    public LocalActorRef UserRef { get; }

    public LocalActorRef SystemRef { get; }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override ILoggingAdapter Log { get; }

    public override IScheduler Scheduler { get; }

    public override Dispatchers Dispatchers { get; }

    public override IActorRef IgnoreRef { get; }

    public override IActorRefProvider Provider { get; }

    public override IActorRef DeadLetters => DeadLetterRef;

    public override IInternalActorRef Guardian => UserRef;

    public override IInternalActorRef SystemGuardian => SystemRef;

    public override IInternalActorRef LookupRoot => Root;

    public override Task WhenTerminated => _terminator.Completed;

    public long NextUid() => Interlocked.Increment(ref _uid);

    /// <summary>Starts the guardians, the loggers and the configured extensions.</summary>
    public void Start()
    {
        SystemRef.SendSystem(new Create());
        UserRef.SendSystem(new Create());
        EventStream.StartUnsubscriber(this);
        EventStream.StartDefaultLoggers(this);
        if (Settings.LogDeadLetters > 0)
            SystemActorOf(Props.Create<DeadLetterListener>(), "deadLetterListener");
        if (Settings.DebugUnhandledMessage)
            SystemActorOf(Props.Create<UnhandledMessageLogger>(), "unhandledMessageLogger");
        if (Settings.LogConfigOnStart)
            Log.Info(Settings.ToString());
        CoordinatedShutdown.Get(this);
        foreach (var name in Settings.Config.GetStringList("akka.extensions") ?? [])
            RegisterExtension((IExtensionId)Activator.CreateInstance(ConfiguredType.Load(name, "akka.extensions")));
    }

    public override IActorRef ActorOf(Props props, string name = null) => UserRef.Cell.ActorOf(props, name);

    public override IActorRef SystemActorOf(Props props, string name = null) => SystemRef.Cell.ActorOf(props, name);

    public override IActorRef SystemActorOf<TActor>(string name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(string actorPath) => Akka.Actor.ActorSelection.From(actorPath, this, Root);

    public override ActorSelection ActorSelection(ActorPath actorPath) => Akka.Actor.ActorSelection.From(actorPath.ToString(), this, Root);

    public override object RegisterExtension(IExtensionId extension) => _extensions.Register(extension);

    public override object GetExtension(IExtensionId extensionId)
    {
        _extensions.TryGet(extensionId.ExtensionType, out var extension);
        return extension;
    }

    public override T GetExtension<T>() => TryGetExtension<T>(out var extension) ? extension : null;

    public override bool HasExtension(Type type) => _extensions.TryGet(type, out _);

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object extension) => _extensions.TryGet(extensionType, out extension);

    public override bool TryGetExtension<T>(out T extension)
    {
        _extensions.TryGet(typeof(T), out var found);
        extension = found as T;
        return extension is not null;
    }

    public override void RegisterOnTermination(Action code) => _terminator.Register(code);

    public override void Stop(IActorRef actor)
    {
        if (Refs.Local(actor) is LocalActorRef local)
            local.SendSystem(new Terminate());
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            TerminateNow();
        return WhenTerminated;
    }

    /// <summary>Stops the actors, the users' first.</summary>
    public Task TerminateNow()
    {
        if (!Settings.LogDeadLettersDuringShutdown && SystemRef.Child("deadLetterListener") is { } listener)
            Stop(listener);
        Stop(UserRef);
        return WhenTerminated;
    }

    public override void Abort() => TerminateNow();

    public override string PrintTree()
    {
        var text = new StringBuilder();
        Print(Root, 0);
        return text.ToString();

        void Print(ILocalRef reference, int depth)
        {
            text.Append(' ', depth * 2).AppendLine(reference.Path.Name.Length == 0 ? "/" : reference.Path.Name);
            foreach (var child in reference.Children)
                Print(child, depth + 1);
        }
    }

    public override string ToString() => Root.Path.Address.ToString();

    private IScheduler CreateScheduler()
    {
        var type = ConfiguredType.Load(Settings.SchedulerClass, "akka.scheduler.implementation");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, Log);
    }
}
