using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Hosting.Tests;

public sealed class ReopenDelayTests
{
    private static readonly CloseReason Lost = new(ErrorClass.Reset, "reset");

    [Theory]
    [InlineData(1, 60, 60)]
    [InlineData(2, 60, 120)]
    [InlineData(3, 60, 240)]
    [InlineData(1_000, 60, 3_600)]
    [InlineData(1, 7_200, 7_200)]
    [InlineData(9, 7_200, 7_200)]
    public void It_doubles_up_to_an_hour_or_the_first_where_that_is_longer(int attempt, int first, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), ReopenDelay.Of(attempt, TimeSpan.FromSeconds(first), Lost, new ReconnectOptions(), chance: 0.5));

    [Theory]
    [InlineData(null, 10, 600)]
    [InlineData(null, 600, 900)] // max-retry-after
    [InlineData(418, 600, 36_000)]
    [InlineData(418, 60_000, 259_200)] // 3 days
    public void What_the_server_asks_for_is_heeded_as_far_as_it_is_before_an_attempt(int? status, int minutes, int expected)
    {
        var reason = Lost with { HttpStatus = status, RetryAfter = TimeSpan.FromMinutes(minutes) };

        Assert.Equal(TimeSpan.FromSeconds(expected), ReopenDelay.Of(1, TimeSpan.FromMinutes(1), reason, new ReconnectOptions(), chance: 0.5));
    }
}
