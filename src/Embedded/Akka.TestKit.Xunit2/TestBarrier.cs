namespace Akka.TestKit;

/// <summary>Lets a number of threads go on together.</summary>
public class TestBarrier
{
    private readonly TestKitBase _kit;
    private readonly TimeSpan _defaultTimeout;
    private readonly Barrier _barrier;
    private readonly int _count;

    public TestBarrier(TestKitBase testKit, int count, TimeSpan? defaultTimeout = null)
    {
        ArgumentNullException.ThrowIfNull(testKit);
        _kit = testKit;
        _count = count;
        _defaultTimeout = defaultTimeout ?? testKit.TestKitSettings.DefaultTimeout;
        _barrier = new Barrier(count);
    }

    public void Await() => Await(_defaultTimeout);

    /// <exception cref="TimeoutException">The others did not come in time.</exception>
    public void Await(TimeSpan timeout)
    {
        if (!_barrier.SignalAndWait(_kit.Dilated(timeout)))
            throw new TimeoutException($"The barrier was not reached by all {_count} within {timeout}.");
    }

    public void Reset()
    {
        _barrier.RemoveParticipants(_count);
        _barrier.AddParticipants(_count);
    }
}
