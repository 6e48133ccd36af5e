using AkkaWs.Primitives;

namespace AkkaWs.Tests.Primitives;

public sealed class EpochTests
{
    [Fact]
    public void Epochs_grow_by_one_from_none()
    {
        Assert.Equal(0, Epoch.None.Value);
        Assert.Equal(new Epoch(2), Epoch.None.Next().Next());
        Assert.Equal("2", new Epoch(2).ToString());
    }
}
