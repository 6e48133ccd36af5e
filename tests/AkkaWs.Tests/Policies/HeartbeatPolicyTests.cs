using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

public sealed class HeartbeatPolicyTests
{
    // Pings every 30 s, 10 s for a pong.
    private static readonly HeartbeatOptions Defaults = new();

    [Fact]
    public void A_healthy_link_lives_for_days()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        var now = TimeSpan.Zero;
        var pings = 0;
        while (now < TimeSpan.FromDays(3))
        {
            now += heartbeat.NextCheck(now)!.Value;
            Assert.Equal(HeartbeatAction.SendPing, heartbeat.Check(now));
            heartbeat.Written(heartbeat.BeginPing(now), now);
            now += Seconds(9.9);
            heartbeat.PongReceived(now);
            pings++;
        }

        Assert.Equal(3 * 24 * 60 * 2, pings);
    }

    [Fact]
    public void A_link_that_dies_is_noticed_within_interval_and_timeout()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);

        Ping(heartbeat, 30);

        Assert.Equal(Seconds(10), heartbeat.NextCheck(Seconds(30)));
        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(39.9)));
        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(40)));
    }

    [Fact]
    public void A_shorter_interval_holds_at_once_and_a_longer_one_from_the_next_ping_on()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);

        heartbeat.Change(Defaults with { PingInterval = Seconds(5), PongTimeout = Seconds(2) }, Seconds(1));
        Assert.Equal(Seconds(5), heartbeat.NextCheck(Seconds(1)));
        Ping(heartbeat, 6);
        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(8)));

        var slower = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        slower.Change(Defaults with { PingInterval = Seconds(60) }, Seconds(1));
        Assert.Equal(Seconds(29), slower.NextCheck(Seconds(1)));
    }

    [Fact]
    public void Pings_that_are_switched_on_begin_after_an_interval_at_the_latest()
    {
        var heartbeat = new HeartbeatPolicy(Defaults with { PingInterval = TimeSpan.Zero }, TimeSpan.Zero);
        Assert.Null(heartbeat.NextCheck(Seconds(100)));

        heartbeat.Change(Defaults, Seconds(100));

        Assert.InRange(heartbeat.NextCheck(Seconds(100))!.Value, TimeSpan.Zero, Seconds(30));
    }

    [Fact]
    public void The_deadline_counts_from_the_write_and_not_from_the_wish()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        var number = heartbeat.BeginPing(Seconds(30));

        heartbeat.Written(number, Seconds(38));

        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(47.9)));
        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(48)));
    }

    [Fact]
    public void A_ping_that_cannot_be_written_is_a_stall()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        heartbeat.BeginPing(Seconds(30));

        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(39.9)));
        Assert.Equal(HeartbeatAction.StalledWrite, heartbeat.Check(Seconds(40)));
    }

    [Fact]
    public void Missing_pongs_are_borne_as_far_as_allowed()
    {
        var heartbeat = new HeartbeatPolicy(Defaults with { MissedPongsAllowed = 1 }, TimeSpan.Zero);
        Ping(heartbeat, 30);

        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(40)));
        Assert.Equal(1, heartbeat.Missed);
        Assert.Equal(Seconds(20), heartbeat.NextCheck(Seconds(40)));
        Ping(heartbeat, 60);

        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(70)));
    }

    [Fact]
    public void A_pong_forgives_those_that_were_missing()
    {
        var heartbeat = new HeartbeatPolicy(Defaults with { MissedPongsAllowed = 1 }, TimeSpan.Zero);
        Ping(heartbeat, 30);
        heartbeat.Check(Seconds(40));
        Ping(heartbeat, 60);

        heartbeat.PongReceived(Seconds(61));

        Assert.Equal(0, heartbeat.Missed);
        Ping(heartbeat, 90);
        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(100)));
    }

    [Fact]
    public void Several_pings_may_be_outstanding_and_a_pong_answers_those_up_to_its_own()
    {
        var heartbeat = new HeartbeatPolicy(Defaults with { PingInterval = Seconds(4) }, TimeSpan.Zero);
        Ping(heartbeat, 4);
        var second = Ping(heartbeat, 8);
        Ping(heartbeat, 12);

        heartbeat.PongReceived(Seconds(13), second);

        Assert.Equal(Seconds(5), heartbeat.LastRoundTrip);
        Assert.Equal(HeartbeatAction.SendPing, heartbeat.Check(Seconds(21)));
        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(22)));
    }

    [Fact]
    public void The_deadline_stands_still_while_reading_is_paused()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        Ping(heartbeat, 30);
        heartbeat.Pause();

        Assert.NotEqual(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(500)));

        heartbeat.Resume(Seconds(500));
        Assert.NotEqual(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(509.9)));
        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(510)));
    }

    [Fact]
    public void Round_trips_are_measured_and_smoothed()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        Ping(heartbeat, 30);
        heartbeat.PongReceived(Seconds(30.8));
        Ping(heartbeat, 60);
        heartbeat.PongReceived(Seconds(61.6));

        Assert.Equal(Seconds(1.6), heartbeat.LastRoundTrip);
        Assert.Equal(Seconds(0.9), heartbeat.SmoothedRoundTrip);
    }

    [Fact]
    public void A_round_trip_that_cannot_be_told_is_not_measured()
    {
        var ambiguous = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        Ping(ambiguous, 30);
        Ping(ambiguous, 31);
        ambiguous.PongReceived(Seconds(32));
        var paused = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        Ping(paused, 30);
        paused.Pause();
        paused.Resume(Seconds(90));
        paused.PongReceived(Seconds(91));

        Assert.Null(ambiguous.LastRoundTrip);
        Assert.Null(paused.LastRoundTrip);
    }

    [Fact]
    public void A_pong_that_answers_no_ping_helps_nobody()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        heartbeat.PongReceived(Seconds(1));
        Ping(heartbeat, 30);
        heartbeat.PongReceived(Seconds(31), 0);

        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(40)));
    }

    [Fact]
    public void Silence_for_the_idle_timeout_is_a_loss_and_anything_received_puts_it_off()
    {
        var heartbeat = new HeartbeatPolicy(new() { PingInterval = TimeSpan.Zero, IdleTimeout = Seconds(5) }, TimeSpan.Zero);
        heartbeat.Received(Seconds(4));

        Assert.Equal(Seconds(4), heartbeat.NextCheck(Seconds(5)));
        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(8.9)));
        Assert.Equal(HeartbeatAction.Idle, heartbeat.Check(Seconds(9)));
    }

    [Fact]
    public void Without_pings_and_idle_timeout_there_is_nothing_to_check() =>
        Assert.Null(new HeartbeatPolicy(new() { PingInterval = TimeSpan.Zero }, TimeSpan.Zero).NextCheck(Seconds(1)));

    [Fact]
    public void Whenever_the_peer_dies_it_is_noticed_in_time_and_never_before() =>
        Prop.ForAll(
            Gen.Choose(1, 60).Four().ToArbitrary(),
            Gen.Choose(0, 300).ToArbitrary(),
            Gen.Choose(0, 3).ToArbitrary(),
            (figures, dies, allowed) =>
            {
                var (interval, timeout, roundTrip, _) = figures;
                var options = new HeartbeatOptions { PingInterval = Seconds(interval), PongTimeout = Seconds(timeout), MissedPongsAllowed = allowed };
                var answersIn = Math.Min(roundTrip, timeout - 0.5);

                var lostAt = Live(options, Seconds(dies), Seconds(answersIn));

                Assert.True(lostAt > Seconds(dies));
                Assert.True(lostAt <= Seconds(dies) + options.PingInterval * (1 + allowed) + options.PongTimeout, $"died at {dies} s, noticed at {lostAt}");
            }).Check(Checks.Default.WithMaxTest(300));

    /// <summary>A peer that answers each ping after a time, until it dies.</summary>
    private static TimeSpan Live(HeartbeatOptions options, TimeSpan dies, TimeSpan answersIn)
    {
        var heartbeat = new HeartbeatPolicy(options, TimeSpan.Zero);
        var pongs = new Queue<(TimeSpan At, long Number)>();
        var now = TimeSpan.Zero;
        while (true)
        {
            var next = now + heartbeat.NextCheck(now)!.Value;
            if (pongs.TryPeek(out var pong) && pong.At < next)
            {
                now = pongs.Dequeue().At;
                heartbeat.PongReceived(now, pong.Number);
                continue;
            }

            now = next;
            switch (heartbeat.Check(now))
            {
                case HeartbeatAction.SendPing:
                    var number = heartbeat.BeginPing(now);
                    heartbeat.Written(number, now);
                    if (now <= dies)
                        pongs.Enqueue((now + answersIn, number));
                    break;
                case HeartbeatAction.MissedPong:
                    return now;
                default:
                    break;
            }
        }
    }

    private static long Ping(HeartbeatPolicy heartbeat, double seconds)
    {
        var number = heartbeat.BeginPing(Seconds(seconds));
        heartbeat.Written(number, Seconds(seconds));
        return number;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
