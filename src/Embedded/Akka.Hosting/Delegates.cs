using Akka.Actor;

namespace Akka.Hosting;

/// <summary>Starts actors when the system starts.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Runs once the actors are started.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>How a configuration joins the one that is there.</summary>
public enum HoconAddMode
{
    /// <summary>Behind it: what is there wins.</summary>
    Append = 0,

    /// <summary>Before it: the new one wins.</summary>
    Prepend = 1,

    /// <summary>In its place.</summary>
    Replace = 2,
}
