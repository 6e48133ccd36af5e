using Akka.Event;

namespace Akka.TestKit;

public interface IEventFilter
{
    /// <summary>Whether the event is one of those meant, and is to be kept out of the log.</summary>
    bool Apply(LogEvent logEvent);
}

/// <summary>Keeps events out of the log until disposed of.</summary>
public interface IUnmutableFilter : IDisposable
{
    void Unmute();
}
