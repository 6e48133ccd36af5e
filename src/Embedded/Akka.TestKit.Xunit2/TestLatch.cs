namespace Akka.TestKit;

/// <summary>Opens once it has been counted down.</summary>
public class TestLatch
{
    private readonly CountdownEvent _latch;
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _defaultTimeout;

    public TestLatch() : this(1)
    {
    }

    public TestLatch(int count) : this(count, TimeSpan.FromSeconds(5))
    {
    }

    public TestLatch(int count, TimeSpan defaultTimeout) : this(null, defaultTimeout, count)
    {
    }

    protected TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
    {
        _latch = new CountdownEvent(count);
        _dilate = dilate ?? (duration => duration);
        _defaultTimeout = defaultTimeout;
    }

    internal static TestLatch Create(TestKitBase kit, int count) => new(kit.Dilated, kit.TestKitSettings.DefaultTimeout, count);

    public bool IsOpen => _latch.IsSet;

    public void CountDown() => _latch.Signal();

    public void Open()
    {
        while (!_latch.IsSet)
            _latch.Signal();
    }

    public void Reset() => _latch.Reset();

    /// <exception cref="TimeoutException">The latch is still closed.</exception>
    public void Ready() => Ready(_defaultTimeout);

    /// <exception cref="TimeoutException">The latch is still closed.</exception>
    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
            throw new ArgumentException("A latch waits for a limited time.", nameof(timeout));
        if (!_latch.Wait(_dilate(timeout)))
            throw new TimeoutException($"The latch did not open within {timeout}; {_latch.CurrentCount} of {_latch.InitialCount} counts are missing.");
    }
}
