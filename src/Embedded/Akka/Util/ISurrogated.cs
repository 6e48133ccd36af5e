using Akka.Actor;

namespace Akka.Util;

/// <summary>What travels between systems in place of a value that cannot.</summary>
public interface ISurrogate
{
    ISurrogated FromSurrogate(ActorSystem system);
}

public interface ISurrogated
{
    ISurrogate ToSurrogate(ActorSystem system);
}

internal sealed record StrategySurrogate(SupervisorStrategy Strategy) : ISurrogate
{
    public ISurrogated FromSurrogate(ActorSystem system) => Strategy;
}
