using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Many callers who subscribe and leave at once, a server that refuses some, a connection that breaks: the last wishes hold, nothing is left over.</summary>
public sealed class SubscriptionRaceTests : ConnectionTest
{
    private const int Producers = 6;
    private const int Steps = 40;
    private static readonly Topic[] Topics = ["a", "b", "c", "d", "e"];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task Racing_callers_end_with_their_last_wishes_and_leave_nothing_behind(int seed, bool withLosses)
    {
        await using var server = await LineServer.StartAsync();
        server.RefusedTopics.Add("refused");
        await using var client = await ConnectAsync(server.Options($"race-{seed}"));
        var random = new Random(seed);
        var producers = Enumerable.Range(0, Producers).Select(_ => new Producer(this, client, new Random(random.Next()), Ct)).ToList();
        var racing = producers.ConvertAll(producer => producer.RunAsync());
        if (withLosses)
        {
            for (var loss = 0; loss < 3; loss++)
            {
                await AwaitAssertAsync(() => Assert.True(client.IsConnected), Deadline);
                server.Connection.Drop();
            }
        }

        await Task.WhenAll(racing);

        var wishes = producers.SelectMany(producer => producer.Wishes).ToHashSet();
        await AwaitAssertAsync(
            async () =>
            {
                var status = await client.GetStatusAsync(Ct);
                Assert.Equal((wishes.Count, wishes.Count), (status.DesiredTopics, status.ConfirmedTopics));
                Assert.Equal(wishes.Count, CountTopics(client));
                Assert.Equal(wishes, OnTheWire(server));
            },
            Deadline);
        foreach (var producer in producers)
            await producer.LeaveAllAsync();
        await AwaitAssertAsync(
            async () =>
            {
                var status = await client.GetStatusAsync(Ct);
                Assert.Equal((0, 0, false), (status.DesiredTopics, status.ConfirmedTopics, status.IsStalled));
                Assert.Equal(0, CountTopics(client));
                Assert.Empty(OnTheWire(server));
            },
            Deadline);
    }

    [Fact]
    public async Task Who_joins_a_topic_last_of_many_gets_what_the_server_sends_after_the_answer()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("crowd"));
        await using var first = await client.SubscribeAsync("a", Ct);
        List<IActorRef> crowd = [.. Enumerable.Range(0, 5_000).Select(_ => Collector.Start(Sys).Actor)];
        foreach (var subscriber in crowd)
            client.Connection.Tell(new Subscribe(["a"], subscriber), ActorRefs.NoSender);
        await using var last = await client.SubscribeAsync("a", Ct);

        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|2", Ct);

        await using var updates = last.GetAsyncEnumerator(Ct);
        Assert.True(await updates.MoveNextAsync().AsTask().WaitAsync(Deadline));
        Assert.Equal("U|a|1", Text(updates.Current));
    }

    private static int CountTopics(WebSocketClient client) =>
        ((ActorRefWithCell)client.Connection).Children.Count(child => child.Path.Name.StartsWith("topic-", StringComparison.Ordinal));

    /// <summary>What the server has subscribed on its newest connection, by the messages it got and did not refuse.</summary>
    private static HashSet<Topic> OnTheWire(LineServer server)
    {
        var topics = new HashSet<Topic>();
        foreach (var fields in server.Connection.Received.Select(m => m.Text.Split('|')))
        {
            if (fields[0] == "sub")
                topics.UnionWith(fields[2].Split(',').Where(t => t != "refused").Select(t => new Topic(t)));
            else if (fields[0] == "unsub")
                topics.ExceptWith(fields[2].Split(',').Select(t => new Topic(t)));
        }

        return topics;
    }

    private sealed class Producer(SubscriptionRaceTests test, WebSocketClient client, Random random, CancellationToken ct)
    {
        private readonly List<TopicSubscription> _streams = [];
        private readonly List<(IActorRef Actor, IReadOnlyList<Topic> Topics)> _actors = [];

        public IEnumerable<Topic> Wishes => _streams.SelectMany(s => s.Topics).Concat(_actors.SelectMany(a => a.Topics));

        public async Task RunAsync()
        {
            for (var step = 0; step < Steps; step++)
            {
                await (random.Next(6) switch
                {
                    0 => SubscribeAsync(impatient: false),
                    1 => SubscribeAsync(impatient: true),
                    2 => JoinAsync(),
                    3 => RefusedAsync(),
                    4 => LeaveAsync(_streams.Count > 0 ? random.Next(_streams.Count) : -1),
                    _ => PartAsync(),
                });
            }
        }

        public async Task LeaveAllAsync()
        {
            while (_streams.Count > 0)
                await LeaveAsync(0);
            while (_actors.Count > 0)
                await PartAsync();
        }

        private async Task SubscribeAsync(bool impatient)
        {
            var options = new SubscribeOptions { Overflow = (OverflowPolicy)random.Next(6) };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var subscribing = client.SubscribeAsync(Some(), options, patience.Token);
            if (impatient)
                await patience.CancelAsync();
            try
            {
                _streams.Add(await subscribing);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // Given up.
            }
        }

        private async Task JoinAsync()
        {
            var topics = Some();
            var actor = test.Sys.ActorOf(Props.Create(() => new BlackHole()).WithDeploy(Deploy.Local));
            var options = random.Next(2) == 0 ? null : new SubscribeOptions { Window = 4, MaxAge = TimeSpan.FromMinutes(1) };
            await client.Connection.Ask<Subscribed>(new Subscribe(topics, actor, random.Next(2) == 0) { Options = options }, TimeSpan.FromSeconds(20), ct);
            _actors.Add((actor, topics));
        }

        private async Task RefusedAsync() =>
            await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(["refused", .. Some()], ct));

        private async Task LeaveAsync(int index)
        {
            if (index < 0)
                return;
            var stream = _streams[index];
            _streams.RemoveAt(index);
            if (random.Next(2) == 0)
                await stream.UnsubscribeAsync(ct);
            else
                await stream.DisposeAsync();
        }

        private async Task PartAsync()
        {
            if (_actors.Count == 0)
                return;
            var (actor, topics) = _actors[^1];
            _actors.RemoveAt(_actors.Count - 1);
            if (random.Next(2) == 0)
                await client.Connection.Ask<Unsubscribed>(new Unsubscribe(topics, actor), TimeSpan.FromSeconds(20), ct);
            test.Sys.Stop(actor);
        }

        private List<Topic> Some()
        {
            var some = Topics.Where(_ => random.Next(3) == 0).ToList();
            return some.Count > 0 ? some : [Topics[random.Next(Topics.Length)]];
        }
    }

    private sealed class BlackHole : ReceiveActor
    {
        public BlackHole() => ReceiveAny(_ => { });
    }
}
