using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

public sealed class RotationPolicyTests
{
    [Fact]
    public void A_rotation_that_failed_waits_as_long_as_a_loss_by_the_same_error_would()
    {
        var options = new ReconnectOptions { Jitter = 0, Classes = new Dictionary<ErrorClass, ClassReconnectOptions> { [ErrorClass.AuthenticationRejected] = new() { GiveUp = true } } };

        Assert.Equal(TimeSpan.FromSeconds(1), RotationPolicy.RetryIn(1, new CloseReason(ErrorClass.Reset, "reset"), options, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(5), RotationPolicy.RetryIn(1, new CloseReason(ErrorClass.AuthenticationRejected, "wrong key"), options, 0.5));
        Assert.Equal(
            TimeSpan.FromHours(2),
            RotationPolicy.RetryIn(1, new CloseReason(ErrorClass.RateLimited, "banned") { HttpStatus = 418, RetryAfter = TimeSpan.FromHours(2) }, options, 0.5));
    }

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void By_default_it_is_never_due() => Assert.Null(RotationPolicy.DueAt(Noon, new RotationOptions(), 0.5));

    [Fact]
    public void Jitter_shortens_the_interval_and_never_lengthens_it()
    {
        var options = new RotationOptions { Interval = TimeSpan.FromHours(20), Jitter = 0.1 };

        Assert.Equal(Noon.AddHours(20), RotationPolicy.DueAt(Noon, options, 0));
        Assert.Equal(Noon.AddHours(19), RotationPolicy.DueAt(Noon, options, 0.5));
    }

    [Theory]
    [InlineData(13, 0, 1)]
    [InlineData(11, 30, 23.5)]
    [InlineData(12, 0, 24)]
    public void The_next_window_is_the_one_that_begins_later(int hour, int minute, double hoursAhead)
    {
        var options = new RotationOptions { DailyAt = new TimeOnly(hour, minute), DailyWindow = TimeSpan.FromHours(1) };

        Assert.Equal(Noon.AddHours(hoursAhead), RotationPolicy.DueAt(Noon, options, 0));
        Assert.Equal(Noon.AddHours(hoursAhead + 0.5), RotationPolicy.DueAt(Noon, options, 0.5));
    }

    [Fact]
    public void The_window_is_in_UTC_wherever_the_connection_was_made()
    {
        var options = new RotationOptions { DailyAt = new TimeOnly(13, 0) };

        Assert.Equal(Noon.AddHours(1), RotationPolicy.DueAt(Noon.ToOffset(TimeSpan.FromHours(9)), options, 0));
    }

    [Fact]
    public void The_sooner_of_interval_and_window_counts()
    {
        var options = new RotationOptions { Interval = TimeSpan.FromHours(20), Jitter = 0, DailyAt = new TimeOnly(13, 0) };

        Assert.Equal(Noon.AddHours(1), RotationPolicy.DueAt(Noon, options, 0));
        Assert.Equal(Noon.AddHours(20), RotationPolicy.DueAt(Noon, options with { DailyAt = new TimeOnly(11, 0) }, 0));
    }

    [Fact]
    public void A_rotation_is_always_ahead_and_not_further_than_its_interval_or_a_day_and_its_window() =>
        Prop.ForAll(
            Gen.Choose(0, 86_399).ToArbitrary(),
            Gen.Choose(0, 86_399).ToArbitrary(),
            Gen.Choose(0, 999).ToArbitrary(),
            (made, time, thousandths) =>
            {
                var connectedAt = Noon.Date.AddSeconds(made);
                var options = new RotationOptions { DailyAt = TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(time)) };

                var ahead = RotationPolicy.DueAt(new DateTimeOffset(connectedAt, TimeSpan.Zero), options, thousandths / 1000.0)!.Value.UtcDateTime - connectedAt;

                Assert.InRange(ahead, TimeSpan.FromTicks(1), TimeSpan.FromDays(1) + options.DailyWindow);
            }).Check(Checks.Default);
}
