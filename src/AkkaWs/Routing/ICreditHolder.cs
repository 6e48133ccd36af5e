using AkkaWs.Errors;

namespace AkkaWs.Routing;

/// <summary>A sink that keeps credits until its subscriber is through with the updates, and so can stop the reading. Thread-safe.</summary>
internal interface ICreditHolder
{
    /// <summary>Notes what it holds, unless it has done so in this round: one that several topics bring updates to is told by each.</summary>
    void MarkProgress(long round);

    /// <summary>Whether it still holds any of what it held at the last mark.</summary>
    bool HoldsReading { get; }

    /// <summary>Ends the subscription and gives its credits back, if it still holds any of what it held at the mark of an earlier round.</summary>
    /// <returns>Whether it did.</returns>
    bool FailIfStuck(CloseReason reason, long round);
}
