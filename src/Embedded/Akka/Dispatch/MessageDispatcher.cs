namespace Akka.Dispatch;

/// <summary>Runs actors and work on the thread pool.</summary>
public abstract class MessageDispatcher
{
    private protected MessageDispatcher(string id, int throughput)
    {
        Id = id;
        Throughput = throughput;
    }

    public string Id { get; protected set; }

    public int Throughput { get; set; }

    public void Schedule(Action run) => ExecuteTask(new ActionRunnable(run));

    public void Schedule(IRunnable run) => ExecuteTask(run);

    protected abstract void ExecuteTask(IRunnable run);

    protected abstract void Shutdown();
}

public interface IRunnable : IThreadPoolWorkItem
{
    void Run();
}

public sealed class ActionRunnable : IRunnable
{
    private readonly Action _action;

    public ActionRunnable(Action action) => _action = action;

    public void Run() => _action();

    public void Execute() => _action();
}

public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    internal Dispatchers(MessageDispatcher dispatcher) => DefaultGlobalDispatcher = dispatcher;

    public MessageDispatcher DefaultGlobalDispatcher { get; }
}

internal sealed class ThreadPoolDispatcher(int throughput) : MessageDispatcher(Dispatchers.DefaultDispatcherId, throughput)
{
    protected override void ExecuteTask(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);

    protected override void Shutdown()
    {
    }
}
