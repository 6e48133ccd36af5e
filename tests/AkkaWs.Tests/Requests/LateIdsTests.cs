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
            _late.Add($"{i}", First);

        Assert.Equal((false, true, true), (_late.Contains("0", First), _late.Contains("1", First), _late.Contains($"{Most}", First)));
    }

    [Fact]
    public void One_that_is_awaited_once_more_is_not_forgotten_in_its_old_place()
    {
        _late.Add("again", First);
        _late.Remove("again", First);
        for (var i = 1; i < Most; i++)
            _late.Add($"{i}", First);

        _late.Add("again", First);

        Assert.True(_late.Contains("again", First));
    }

    [Fact]
    public void Those_of_an_earlier_connection_are_forgotten_and_not_taken_in()
    {
        _late.Add("old", First);
        _late.Add("new", First.Next());
        _late.Add("late", First);

        Assert.Equal((false, false, true), (_late.Contains("old", First), _late.Contains("late", First), _late.Contains("new", First.Next())));
    }
}
