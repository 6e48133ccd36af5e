using System.Collections.Concurrent;
using System.Diagnostics;

namespace AkkaWs.Tests.Support;

/// <summary>Keeps the activities of the source <c>AkkaWs</c> that have ended, for one connection.</summary>
internal sealed class ActivityProbe : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();

    public ActivityProbe(string connection)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AkkaWs",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (connection.Equals(activity.GetTagItem("akkaws.connection")))
                    _ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Ended => [.. _ended];

    public Activity? Find(string name) => _ended.FirstOrDefault(activity => activity.OperationName == name);

    public void Dispose() => _listener.Dispose();
}
