using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Tests.Routing;

public sealed class ReadTurnTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly ReadTurn _turn = new();

    [Fact]
    public async Task A_later_connection_waits_until_the_turn_is_its_own()
    {
        _turn.PassTo(new Epoch(1));
        Assert.True(_turn.WaitAsync(new Epoch(1)).IsCompletedSuccessfully);
        var waiting = _turn.WaitAsync(new Epoch(2));
        Assert.False(waiting.IsCompleted);

        _turn.PassTo(new Epoch(2));

        await waiting.WaitAsync(Deadline);
        Assert.Equal(new Epoch(2), _turn.Enter());
        _turn.Exit();
    }

    [Fact]
    public void It_never_goes_back()
    {
        _turn.PassTo(new Epoch(3));

        _turn.PassTo(new Epoch(2));

        Assert.Equal(new Epoch(3), _turn.Enter());
        _turn.Exit();
    }

    [Fact]
    public async Task It_does_not_pass_within_a_batch()
    {
        _turn.PassTo(new Epoch(1));
        _turn.Enter();
        var passing = Task.Run(() => _turn.PassTo(new Epoch(2)));
        Assert.False(_turn.WaitAsync(new Epoch(2)).IsCompleted);
        Assert.Equal(new Epoch(1), _turn.Enter());
        _turn.Exit();

        _turn.Exit();

        await passing.WaitAsync(Deadline);
        await _turn.WaitAsync(new Epoch(2)).WaitAsync(Deadline);
    }
}
