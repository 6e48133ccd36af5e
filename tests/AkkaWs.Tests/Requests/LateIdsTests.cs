using AkkaWs.Primitives;
using AkkaWs.Requests;

namespace AkkaWs.Tests.Requests;

public sealed class LateIdsTests
{
    private const int Most = 4_096;
    private static readonly Epoch First = new(1);
    private readonly LateIds _late = new();

    [Fact]
    public void Of_too_many_the_oldest_is_forgotten()
    {
        for (var i = 0; i <= Most; i++)
            _late.Add($"{i}", First, TimeSpan.Zero);

        Assert.Equal((false, true, true), (IsAwaited("0", First), IsAwaited("1", First), IsAwaited($"{Most}", First)));
    }

    [Fact]
    public void One_that_is_awaited_once_more_is_not_forgotten_in_its_old_place()
    {
        _late.Add("again", First, TimeSpan.Zero);
        _late.Remove("again", First);
        for (var i = 1; i < Most; i++)
            _late.Add($"{i}", First, TimeSpan.Zero);

        _late.Add("again", First, TimeSpan.Zero);

        Assert.True(IsAwaited("again", First));
    }

    [Fact]
    public void Those_of_an_earlier_connection_are_forgotten_and_not_taken_in()
    {
        _late.Add("old", First, TimeSpan.Zero);
        _late.Add("new", First.Next(), TimeSpan.Zero);
        _late.Add("late", First, TimeSpan.Zero);

        Assert.Equal((false, false, true), (IsAwaited("old", First), IsAwaited("late", First), IsAwaited("new", First.Next())));
    }

    [Fact]
    public void One_that_is_awaited_once_more_is_late_since_then()
    {
        _late.Add("again", First, TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, _late.Find("again", First));

        _late.Add("again", First, TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(1), _late.Find("again", First));
    }

    private bool IsAwaited(RequestId id, Epoch epoch) => _late.Find(id, epoch) is not null;
}
