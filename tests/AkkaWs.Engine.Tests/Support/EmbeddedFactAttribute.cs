using Akka.Actor;

namespace AkkaWs.Engine.Tests;

/// <summary>A test of what the embedded engine promises beyond Akka.NET, which nothing outside of it may rely on.</summary>
public sealed class EmbeddedFactAttribute : FactAttribute
{
    public EmbeddedFactAttribute()
    {
        if (typeof(ActorSystem).Assembly.GetName().Name is "Akka")
            Skip = "Akka.NET makes no such promise: this is a test of the embedded engine.";
    }
}
