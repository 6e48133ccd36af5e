using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Tests.Routing;

public sealed class KeyTableTests
{
    private readonly RouteTable _routes = new();
    private readonly CountingProtocol _protocol = new();

    [Fact]
    public void A_known_key_is_named_once()
    {
        var table = new KeyTable(_routes, _protocol, 10);
        _routes.Add(new TopicRoute("a"));

        for (var i = 0; i < 100; i++)
            Assert.Equal("a", table.Route("a"u8)?.Topic.Value);

        Assert.Equal(1, _protocol.Named);
    }

    [Fact]
    public void Topics_that_come_and_go_are_seen_at_once()
    {
        var table = new KeyTable(_routes, _protocol, 10);
        Assert.Null(table.Route("a"u8));

        var first = new TopicRoute("a");
        _routes.Add(first);
        Assert.Same(first, table.Route("a"u8));
        _routes.Remove("a");
        Assert.Null(table.Route("a"u8));
        var second = new TopicRoute("a");
        _routes.Add(second);

        Assert.Same(second, table.Route("a"u8));
    }

    [Fact]
    public void Beyond_its_bound_keys_are_routed_but_not_remembered()
    {
        var table = new KeyTable(_routes, _protocol, 2);
        for (var i = 0; i < 5; i++)
        {
            _routes.Add(new TopicRoute($"t{i}"));
            Assert.Equal($"t{i}", table.Route(Encoding.UTF8.GetBytes($"t{i}"))?.Topic.Value);
        }

        _protocol.Named = 0;
        for (var i = 0; i < 5; i++)
            Assert.Equal($"t{i}", table.Route(Encoding.UTF8.GetBytes($"t{i}"))?.Topic.Value);

        Assert.Equal(3, _protocol.Named);
    }

    [Fact]
    public void Keys_that_nobody_subscribes_any_more_make_room_for_others()
    {
        const int Capacity = 4;
        var table = new KeyTable(_routes, _protocol, Capacity);
        foreach (var generation in new[] { "old", "unsubscribed", "new" })
        {
            if (generation != "unsubscribed")
                AddRoutes(generation);
            for (var i = 0; i < Capacity; i++)
                table.Route(Key(generation, i));
            for (var i = 0; i < Capacity; i++)
                _routes.Remove($"old{i}");
        }

        _protocol.Named = 0;
        for (var i = 0; i < Capacity; i++)
            Assert.Equal($"new{i}", table.Route(Key("new", i))?.Topic.Value);

        Assert.Equal(0, _protocol.Named);

        static byte[] Key(string generation, int number) => Encoding.UTF8.GetBytes($"{generation}{number}");

        void AddRoutes(string generation)
        {
            for (var i = 0; i < Capacity; i++)
                _routes.Add(new TopicRoute($"{generation}{i}"));
        }
    }

    [Fact]
    public void A_key_whose_topic_matches_a_pattern_does_not_make_room()
    {
        var table = new KeyTable(_routes, _protocol, 1);
        _protocol.IsMatch = (pattern, topic) => pattern == "a*" && topic == "a1";
        _routes.Add(new TopicRoute("a*") { IsPattern = true });
        Assert.Single(table.Patterns("a1"u8).Routes);

        Assert.Empty(table.Patterns("b1"u8).Routes);
        _protocol.Named = 0;
        Assert.Single(table.Patterns("a1"u8).Routes);

        Assert.Equal(0, _protocol.Named);
    }

    [Fact]
    public void Keys_of_every_length_that_differ_in_one_byte_are_kept_apart()
    {
        var table = new KeyTable(_routes, _protocol, 10_000);
        foreach (var length in Enumerable.Range(0, 72))
        {
            for (var place = 0; place < length; place++)
            {
                var key = Enumerable.Repeat((byte)'x', length).ToArray();
                key[place] = (byte)'y';
                var topic = Encoding.UTF8.GetString(key);
                _routes.Add(new TopicRoute(topic));
                Assert.Null(Remembered(table, key));
                Assert.Equal(topic, table.Route(key)?.Topic.Value);
                Assert.Equal(topic, table.Route(key)?.Topic.Value);
                Assert.Equal(topic, Remembered(table, key)?.Topic.Value);
            }
        }

        Assert.Equal(Enumerable.Range(0, 72).Sum(), _protocol.Named);
    }

    [Fact]
    public void Keys_that_were_learnt_again_leave_all_others_where_they_can_be_found()
    {
        const int Topics = 200;
        var table = new KeyTable(_routes, _protocol, 10_000);
        for (var i = 0; i < Topics; i++)
            _routes.Add(new TopicRoute($"t{i}"));

        for (var round = 0; round < 10; round++)
        {
            for (var i = 0; i < Topics; i++)
                table.Learn(ChannelOf(i, round), $"t{i}");
            for (var i = 0; i < Topics; i++)
                Assert.Equal($"t{i}", table.Route(ChannelOf(i, round))?.Topic.Value);
        }

        Assert.Equal(0, _protocol.Named);

        static byte[] ChannelOf(int topic, int round) => Encoding.UTF8.GetBytes($"{(topic + (7 * round)) % (2 * Topics)}");
    }

    [Fact]
    public void Topics_that_exchange_their_learnt_keys_are_both_found()
    {
        var table = new KeyTable(_routes, _protocol, 10);
        _routes.Add(new TopicRoute("a"));
        _routes.Add(new TopicRoute("b"));
        table.Learn("1"u8, "a");
        table.Learn("2"u8, "b");

        table.Learn("2"u8, "a");
        table.Learn("1"u8, "b");

        Assert.Equal("a", table.Route("2"u8)?.Topic.Value);
        Assert.Equal("b", table.Route("1"u8)?.Topic.Value);
    }

    [Fact]
    public void What_is_remembered_of_a_key_follows_the_routes_and_what_is_learnt()
    {
        var table = new KeyTable(_routes, _protocol, 10);
        _routes.Add(new TopicRoute("a"));
        _routes.Add(new TopicRoute("b"));
        var learnt = table.Learnt;

        table.Learn("1"u8, "a");
        Assert.Equal("a", Remembered(table, "1"u8)?.Topic.Value);
        table.Learn("1"u8, "b");
        Assert.Equal("b", Remembered(table, "1"u8)?.Topic.Value);
        _routes.Remove("b");
        Assert.Null(Remembered(table, "1"u8));

        Assert.Equal(learnt + 2, table.Learnt);
        Assert.Equal(0, _protocol.Named);
    }

    // The key itself is not needed where it is short.
    private static RouteProgress? Remembered(KeyTable table, ReadOnlySpan<byte> key)
    {
        var place = table.Locate(key);
        return table.Remembered(place, place.Words.IsPart ? key : default);
    }

    private sealed class CountingProtocol : ProtocolHandler
    {
        public int Named { get; set; }

        public Func<Topic, Topic, bool> IsMatch { get; set; } = (_, _) => false;

        public override bool Matches(Topic pattern, Topic topic) => IsMatch(pattern, topic);

        public override Topic TopicOf(ReadOnlySpan<byte> key)
        {
            Named++;
            return base.TopicOf(key);
        }

        public override Classification Classify(ReadOnlySpan<byte> message) => Classification.Unknown;

        public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("");

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("");
    }
}
