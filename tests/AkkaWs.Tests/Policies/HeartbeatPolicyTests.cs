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
    public void Data_extends_the_deadline_of_a_pong_and_not_for_ever()
    {
        var heartbeat = new HeartbeatPolicy(Defaults with { PingInterval = Seconds(1), PongTimeout = Seconds(1) }, TimeSpan.Zero);
        var (now, lost) = (Seconds(1), HeartbeatAction.None);
        Ping(heartbeat, 1);
        for (; lost != HeartbeatAction.MissedPong; now += Seconds(0.5))
        {
            heartbeat.Received(now);
            lost = heartbeat.Check(now);
            if (lost == HeartbeatAction.SendPing)
                heartbeat.Written(heartbeat.BeginPing(now), now);
        }

        Assert.Equal(Seconds(61.5), now);
    }

    [Fact]
    public void A_pong_between_starts_the_longest_extension_anew()
    {
        var heartbeat = new HeartbeatPolicy(Defaults with { MaxExtension = Seconds(15) }, TimeSpan.Zero);
        Ping(heartbeat, 30);
        heartbeat.Received(Seconds(39));
        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(44.9)));
        heartbeat.PongReceived(Seconds(44.9));
        Ping(heartbeat, 60);
        heartbeat.Received(Seconds(69));

        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(74.9)));
        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(75)));
    }

    [Fact]
    public void A_check_that_comes_a_little_late_waits_for_the_reader_as_long()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        Ping(heartbeat, 30);

        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(40.4), late: Seconds(0.4)));
        Assert.Equal(Seconds(0.4), heartbeat.NextCheck(Seconds(40.4)));
        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(40.8)));
    }

    [Fact]
    public void A_check_that_comes_late_waits_for_the_reader_once()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        Ping(heartbeat, 30);

        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(42), late: Seconds(2)));
        Assert.Equal(Seconds(1), heartbeat.NextCheck(Seconds(42)));
        Assert.Equal(HeartbeatAction.MissedPong, heartbeat.Check(Seconds(45), late: Seconds(2)));
    }

    [Fact]
    public void What_the_reader_finds_in_its_turn_counts()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        Ping(heartbeat, 30);
        heartbeat.Check(Seconds(42), late: Seconds(2));
        heartbeat.PongReceived(Seconds(42.1));

        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(43)));
    }

    [Fact]
    public void A_suspicion_asks_at_once_unless_a_ping_is_on_its_way_or_pings_are_off()
    {
        var heartbeat = new HeartbeatPolicy(Defaults, TimeSpan.Zero);
        heartbeat.Suspect(Seconds(3));
        Assert.Equal(HeartbeatAction.SendPing, heartbeat.Check(Seconds(3)));
        Ping(heartbeat, 3);
        heartbeat.Suspect(Seconds(4));
        Assert.Equal(HeartbeatAction.None, heartbeat.Check(Seconds(4)));

        var mute = new HeartbeatPolicy(Defaults with { PingInterval = TimeSpan.Zero }, TimeSpan.Zero);
        mute.Suspect(Seconds(3));
        Assert.Equal(HeartbeatAction.None, mute.Check(Seconds(3)));
    }

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
