using System.Linq.Expressions;

namespace Akka.Actor;

/// <summary>How an actor is made: its type and arguments, or a producer; immutable.</summary>
public class Props
{
    public static readonly Props None = new(typeof(EmptyActor), []);

    /// <summary>Stands in a cell whose actor has ended, so that what the real props hold can be collected.</summary>
    internal static readonly Props Ended = new(typeof(EmptyActor), []);

    private readonly IIndirectActorProducer _producer;

    private Props(Type type, object[] arguments, IIndirectActorProducer producer = null)
    {
        Type = type;
        Arguments = arguments;
        _producer = producer;
    }

    private Props(Props copy)
    {
        Type = copy.Type;
        Arguments = copy.Arguments;
        Dispatcher = copy.Dispatcher;
        Mailbox = copy.Mailbox;
        SupervisorStrategy = copy.SupervisorStrategy;
        StashCapacity = copy.StashCapacity;
        _producer = copy._producer;
    }

    public static Props Empty { get; } = new(typeof(EmptyActor), []);

    public object[] Arguments { get; }

    public string Dispatcher { get; private init; } = "akka.actor.default-dispatcher";

    public string Mailbox { get; private init; } = "akka.actor.default-mailbox";

    public SupervisorStrategy SupervisorStrategy { get; protected set; }

    public Type Type { get; }

    public string TypeName => Type.AssemblyQualifiedName;

    internal int StashCapacity { get; init; } = -1;

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => Create(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(typeof(TActor), []) { SupervisorStrategy = supervisorStrategy };

    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression creation)
            throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        return new Props(creation.Type, Array.ConvertAll([.. creation.Arguments], ExpressionValue.Of)) { SupervisorStrategy = supervisorStrategy };
    }

    public static Props Create(Type type, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Props(type, args ?? []);
    }

    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) => new(producer.ActorType, args, producer);

    public Props WithDispatcher(string dispatcher) => new(this) { Dispatcher = dispatcher };

    public Props WithMailbox(string mailbox) => new(this) { Mailbox = mailbox };

    public Props WithStashCapacity(int stashCapacity) => new(this) { StashCapacity = stashCapacity };

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    public virtual ActorBase NewActor()
    {
        try
        {
            if (_producer is not null)
                return _producer.Produce();
            return ActorConstructor.Create(Type, Arguments);
        }
        catch (Exception e)
        {
            throw new TypeLoadException($"Error while creating actor instance of type {Type} with {Arguments.Length} args: ({string.Join(",", Arguments)})", e);
        }
    }

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}

public interface IIndirectActorProducer
{
    Type ActorType { get; }

    ActorBase Produce();

    void Release(ActorBase actor);
}
