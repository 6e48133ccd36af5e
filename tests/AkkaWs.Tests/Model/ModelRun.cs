using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Model;

/// <summary>One random life of a connection, and what must hold of it whatever happens.</summary>
internal sealed class ModelRun(ActorSystem system, int seed) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Topics = ["a", "b", "c", "d", "e", "f"];

    private readonly Random _random = new(seed);
    private readonly ModelVenue _venue = new(seed * 31 + 7);
    private readonly LineProtocol _protocol = new() { Authenticates = seed % 3 == 0 };
    private readonly ConcurrentQueue<object> _replies = new();
    private readonly List<Request> _requests = [];
    private readonly List<Send> _sends = [];
    private readonly List<(IActorRef Actor, SubscriberLog Log)> _subscribers = [];
    private readonly List<(SubscriberLog Log, int Commands)> _gone = [];
    private readonly int[] _commands = new int[2];
    private WebSocketClientOptions _options = null!;
    private IActorRef _recorder = null!;
    private IActorRef _connection = null!;
    private ConnectionHandle _handle = null!;

    public async Task PlayAsync()
    {
        try
        {
            await LiveAsync();
        }
        catch (Exception e)
        {
            object status = "no status";
            try
            {
                status = await _connection.Ask<ConnectionStatus>(GetStatus.Instance, TimeSpan.FromSeconds(5));
            }
            catch (AskTimeoutException)
            {
                // Told as it is.
            }

            var last = string.Join(' ', _venue.Connections.Peers.Take(1).SelectMany(peer => peer.Received.TakeLast(20)));
            throw new InvalidOperationException($"{_handle.Current} gone {_handle.Gone.IsCompleted}, crash {_handle.Crash}, {status}, server saw {last}", e);
        }
    }

    private async Task LiveAsync()
    {
        _recorder = system.ActorOf(Props.Create(() => new Recorder(_replies)).WithDeploy(Deploy.Local));
        _options = Options();
        (_connection, _handle) = await MemoryConnections.OpenAsync(system, _options, _protocol, _venue.Connections.ConnectAsync, seed);
        for (var i = 0; i < 2; i++)
            _subscribers.Add(ModelSubscriber.Start(system));
        for (var steps = _random.Next(10, 50); steps > 0; steps--)
            await StepAsync();
        await QuietAsync();
        var closed = await _connection.Ask<ConnectionClosed>(Close.Instance, Patience);
        Assert.True(closed.Reason.IsGraceful, $"closed with {closed.Reason}");
        Assert.Equal(ConnectionState.Closed, _handle.Current.State);
        await CheckAnswersAsync();
        CheckWrites();
        foreach (var actor in _subscribers.Select(s => s.Actor).Append(_recorder).Append(_connection))
            system.Stop(actor);
    }

    public ValueTask DisposeAsync() => _venue.DisposeAsync();

    private WebSocketClientOptions Options() => new()
    {
        Name = $"model-{seed}",
        Url = new Uri("ws://127.0.0.1/"),
        AuthenticationTimeout = TimeSpan.FromMilliseconds(200),
        CloseTimeout = TimeSpan.FromMilliseconds(500),
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) },
        Heartbeat = seed % 2 == 0
            ? new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(20), PongTimeout = Patience, UseFramePing = seed % 4 == 0 }
            : new HeartbeatOptions(),
        Requests = new RequestOptions { MaxPending = _random.Next(2, 12) },
        Subscriptions = new SubscriptionOptions { ConfirmTimeout = TimeSpan.FromMilliseconds(100), MaxSubscribeBytes = seed % 5 == 0 ? 40 : null },
        Queue = new QueueOptions
        {
            Capacity = _random.Next(1, 6),
            MaxBytes = _random.Next(20, 400),
            Overflow = seed % 2 == 0 ? QueueOverflow.Reject : QueueOverflow.DropOldest,
        },
        Rates = new RateLimitOptions
        {
            Outgoing = seed % 4 == 1 ? new RateOptions { Limit = 500, Burst = 5, Reserve = 1, MaxWaiting = _random.Next(1, 6) } : new RateOptions(),
        },
    };

    private async Task StepAsync()
    {
        switch (_random.Next(22))
        {
            case < 5:
                Ask(NewRequest());
                break;
            case 5 when _requests.Count > 0:
                _connection.Tell(new CancelRequest(_requests[_random.Next(_requests.Count)].Id!.Value), ActorRefs.NoSender);
                break;
            case < 8:
                Ask(NewSend());
                break;
            case < 11:
                TellSubscribe(_random.Next(2));
                break;
            case < 13:
                TellUnsubscribe(_random.Next(2));
                break;
            case 13:
                Replace(_random.Next(2));
                break;
            case 14:
                _venue.Drop();
                break;
            case 15:
                await _venue.CloseAsync(_random.Next(2) == 0 ? WebSocketCloseStatus.EndpointUnavailable : (WebSocketCloseStatus)1012);
                break;
            case 16:
                _venue.RefuseNext(_random.Next(1, 4));
                _venue.Drop();
                break;
            case 17:
                await _venue.SendAsync(_random.Next(3) switch { 0 => "S|ping", 1 => "!throw", _ => "S|reconnect" });
                break;
            case 18:
                CheckBounds(await _connection.Ask<ConnectionStatus>(GetStatus.Instance, Patience));
                break;
            default:
                await Task.Delay(_random.Next(4));
                break;
        }
    }

    private Request NewRequest()
    {
        var request = new Request(Encoding.UTF8.GetBytes(new string('x', _random.Next(1, 60))))
        {
            Id = $"{seed}-{_requests.Count}",
            Timeout = _random.Next(3) switch { 0 => TimeSpan.FromMilliseconds(_random.Next(1, 30)), 1 => TimeSpan.FromMilliseconds(200), _ => Patience },
            WhenNotReady = SomePolicy(),
            Priority = (MessagePriority)_random.Next(5),
        };
        _requests.Add(request);
        return request;
    }

    private Send NewSend()
    {
        var send = new Send(Encoding.UTF8.GetBytes($"send|{_sends.Count}|{new string('y', _random.Next(60))}"))
        {
            WhenNotReady = SomePolicy(),
            Priority = (MessagePriority)_random.Next(5),
        };
        _sends.Add(send);
        return send;
    }

    private WhenNotReady SomePolicy() => _random.Next(3) == 0 ? WhenNotReady.FailFast : WhenNotReady.Queue(TimeSpan.FromMilliseconds(_random.Next(1, 300)));

    private IReadOnlyList<Topic> SomeTopics() => [.. Topics.Where(_ => _random.Next(3) == 0).DefaultIfEmpty("a").Select(t => new Topic(t))];

    private void Ask(object command) => _connection.Tell(command, _recorder);

    private void TellSubscribe(int subscriber)
    {
        var (actor, log) = _subscribers[subscriber];
        var subscribe = new Subscribe(SomeTopics(), actor) { Critical = _random.Next(4) == 0 };
        log.Wants(subscribe.Topics);
        _commands[subscriber]++;
        _connection.Tell(subscribe, actor);
    }

    private void TellUnsubscribe(int subscriber)
    {
        var (actor, log) = _subscribers[subscriber];
        var unsubscribe = new Unsubscribe(SomeTopics(), actor);
        log.Leaves(unsubscribe.Topics);
        _commands[subscriber]++;
        _connection.Tell(unsubscribe, actor);
    }

    private void Replace(int subscriber)
    {
        _gone.Add((_subscribers[subscriber].Log, _commands[subscriber]));
        system.Stop(_subscribers[subscriber].Actor);
        (_subscribers[subscriber], _commands[subscriber]) = (ModelSubscriber.Start(system), 0);
    }

    private void CheckBounds(ConnectionStatus status)
    {
        Assert.InRange(status.QueuedCommands, 0, _options.Queue.Capacity);
        Assert.InRange(status.PendingRequests, 0, 2 * _options.Requests.MaxPending); // cancels have as many places of their own
        Assert.InRange(status.ThrottledMessages, 0, 2 * _options.Rates.Outgoing.MaxWaiting); // cancels and pings have as many places of their own
        Assert.InRange(status.DesiredTopics, 0, Topics.Length);
    }

    /// <summary>The server behaves, everyone tells a last wish: then nothing is left open, and all three sides agree on the topics.</summary>
    private async Task QuietAsync()
    {
        _venue.CalmDown();
        foreach (var request in _requests)
            _connection.Tell(new CancelRequest(request.Id!.Value), ActorRefs.NoSender);
        var wishes = new HashSet<(int Subscriber, string Topic)>();
        for (var subscriber = 0; subscriber < 2; subscriber++)
        {
            foreach (var topic in Topics)
            {
                if (_random.Next(2) == 0)
                {
                    wishes.Add((subscriber, topic));
                    await SubscribeAsync(_subscribers[subscriber], topic);
                }
                else
                {
                    await _connection.Ask<Unsubscribed>(new Unsubscribe([topic], _subscribers[subscriber].Actor), Patience);
                }
            }
        }

        string[] wished = [.. wishes.Select(w => w.Topic).Distinct().Order()];
        await EventuallyAsync(async () =>
        {
            var status = await _connection.Ask<ConnectionStatus>(GetStatus.Instance, Patience);
            Assert.Equal(ConnectionState.Ready, status.State);
            Assert.Equal((wished.Length, wished.Length), (status.DesiredTopics, status.ConfirmedTopics));
            Assert.Equal((0, 0, 0), (status.PendingRequests, status.QueuedCommands, status.ThrottledMessages));
            Assert.Equal(wished, _venue.Subscribed);
            Assert.All(wishes, wish => Assert.False(_subscribers[wish.Subscriber].Log.IsInterrupted(wish.Topic), $"{wish} was left interrupted"));
        });
    }

    private async Task SubscribeAsync((IActorRef Actor, SubscriberLog Log) subscriber, Topic topic)
    {
        subscriber.Log.Wants([topic]);
        var started = Stopwatch.GetTimestamp();
        while (await _connection.AskOutcomeAsync(new Subscribe([topic], subscriber.Actor), Patience) is not Subscribed)
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{topic} was not subscribed though the server is willing");
    }

    private async Task CheckAnswersAsync()
    {
        await EventuallyAsync(() =>
        {
            Assert.Equal(_requests.Count + _sends.Count, _replies.Count);
            for (var i = 0; i < 2; i++)
                Assert.Equal(_commands[i], _subscribers[i].Log.Answers);
            return Task.CompletedTask;
        });
        // What would come twice has come by the time that a later question is answered.
        await _connection.Ask<ConnectionStatus>(GetStatus.Instance, Patience);
        Assert.Equal(_requests.Count + _sends.Count, _replies.Count);
        Assert.All(_requests, request => Assert.Single(_replies, reply => IdOf(reply) == request.Id));
        Assert.All(_subscribers, subscriber => Assert.Empty(subscriber.Log.Violations));
        Assert.All(_gone, subscriber => Assert.Empty(subscriber.Log.Violations));
        Assert.All(_gone, subscriber => Assert.InRange(subscriber.Log.Answers, 0, subscriber.Commands));
    }

    private void CheckWrites()
    {
        var received = _venue.Received;
        var requests = received.Where(text => text.StartsWith("req|", StringComparison.Ordinal)).Select(text => text.Split('|')[1]).ToList();
        Assert.Equal(requests.Distinct().Count(), requests.Count);
        foreach (var reply in _replies)
        {
            if (reply is Response response)
                Assert.Contains(response.Id.Value, requests);
            if (reply is not Status.Failure { Cause: WebSocketClientException error } || !IsUnsent(error))
                continue;
            if (error.Command is Request request)
                Assert.False(requests.Contains(request.Id!.Value.Value), $"request {request.Id} was written, but told {error.Message}");
            else if (error.Command is Send send)
                Assert.False(received.Contains(Encoding.UTF8.GetString(send.Payload.Span)), $"a send was written, but told {error.Message}");
        }
    }

    private static bool IsUnsent(WebSocketClientException error) => error switch
    {
        RequestTimeoutException timeout => !timeout.Written,
        RequestCancelledException cancelled => !cancelled.Written,
        SentOutcomeUnknownException or ServerErrorException or ResponseFormatException => false,
        _ => true,
    };

    private static RequestId? IdOf(object reply) => reply switch
    {
        Response response => response.Id,
        Status.Failure { Cause: WebSocketClientException { Command: Request request } } => request.Id,
        _ => null,
    };

    private static async Task EventuallyAsync(Func<Task> assertion)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Xunit.Sdk.XunitException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(5);
            }
        }
    }

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(ConcurrentQueue<object> replies) => ReceiveAny(replies.Enqueue);
    }
}
