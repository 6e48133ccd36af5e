using AkkaWs.Errors;

namespace AkkaWs.Routing;

/// <summary>A sink that keeps credits until its subscriber is through with the updates, and so can stop the reading. Thread-safe.</summary>
internal interface ICreditHolder
{
    /// <summary>Notes how far the subscriber is.</summary>
    void MarkProgress();

    /// <summary>Whether it holds credits and its subscriber is no further than at the last mark.</summary>
    bool HoldsReading { get; }

    /// <summary>Ends the subscription and gives its credits back, if it holds any and its subscriber is no further than at the last mark.</summary>
    /// <returns>Whether it did.</returns>
    bool FailIfStuck(CloseReason reason);
}
