using AkkaWs.Routing;

namespace AkkaWs.Tests.Routing;

public sealed class BacklogsTests
{
    private readonly Backlogs _backlogs = new() { MaxBytes = 100 };
    private readonly List<string> _ended = [];

    [Fact]
    public void The_furthest_behind_give_way_until_no_more_waits_than_may()
    {
        Add("recent", 60, age: 1);
        Add("oldest", 5, age: 9);
        Add("older", 30, age: 5);
        Assert.Empty(_ended);

        Add("large", 40, age: 3);

        Assert.Equal(["oldest", "older"], _ended);
        Assert.Equal(100, _backlogs.Bytes);
    }

    [Fact]
    public void Who_holds_nothing_back_or_has_left_is_passed_by()
    {
        Add("empty", 0, age: 9);
        _backlogs.Remove(Add("left", 0, age: 8));
        Add("small", 10, age: 2);

        Add("large", 95, age: 1);

        Assert.Equal(["small"], _ended);
    }

    [Fact]
    public void What_is_taken_makes_room()
    {
        Assert.False(_backlogs.Count(100));
        Assert.True(_backlogs.Count(1));
        Assert.False(_backlogs.Count(-2));
        Assert.False(_backlogs.Count(1));
    }

    private Backlog Add(string name, long bytes, int age)
    {
        var backlog = new Backlog(name, bytes, age, this);
        _backlogs.Add(backlog, [name]);
        if (_backlogs.Count(bytes))
            _backlogs.Relieve();
        return backlog;
    }

    private sealed class Backlog(string name, long bytes, int age, BacklogsTests test) : IBacklog
    {
        public Unread Measure() => new(1, bytes, TimeSpan.FromSeconds(age));

        public void GiveWay(long maxBytes)
        {
            if (bytes == 0)
                return;
            test._ended.Add(name);
            test._backlogs.Count(-bytes);
        }
    }
}
