using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Connection;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Model;

/// <summary>One random life of a connection, and what must hold of it whatever happens.</summary>
internal sealed partial class ModelRun(ActorSystem system, int seed) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Topics = ["a", "b", "c", "d", "e", "f"];

    private const int MostReaders = 6;

    private readonly Random _random = new(seed);
    private readonly ModelVenue _venue = new(seed * 31 + 7);
    private readonly LineProtocol _protocol = new() { Authenticates = seed % 3 == 0 };
    private readonly ConcurrentQueue<object> _replies = new();
    private readonly List<Request> _requests = [];
    private readonly List<Send> _sends = [];
    private readonly List<(IActorRef Actor, SubscriberLog Log)> _subscribers = [];
    private readonly List<(SubscriberLog Log, int Commands)> _gone = [];
    private readonly List<ModelReader> _readers = [];
    private readonly int[] _commands = new int[2];
    private WebSocketClientOptions _options = null!;
    private IActorRef _recorder = null!;
    private IActorRef _connection = null!;
    private ConnectionHandle _handle = null!;
    private WebSocketClient _client = null!;
    private int _rotations;

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
        _client = new WebSocketClient(_handle);
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
        await CheckReadersAsync();
        foreach (var actor in _subscribers.Select(s => s.Actor).Append(_recorder).Append(_connection))
            system.Stop(actor);
    }

    public async ValueTask DisposeAsync()
    {
        await _venue.DisposeAsync();
        foreach (var reader in _readers)
            reader.Dispose();
    }

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
        Subscriptions = new SubscriptionOptions
        {
            ConfirmTimeout = TimeSpan.FromMilliseconds(100),
            MaxSubscribeBytes = seed % 5 == 0 ? 40 : null,
            BufferCapacity = _random.Next(1, 40),
            BatchCredits = _random.Next(1, 6),
            MaxStall = TimeSpan.FromMilliseconds(100),
        },
        Rotation = new RotationOptions { Overlap = TimeSpan.FromMilliseconds(200) },
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
        switch (_random.Next(27))
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
                _venue.Drop(theOlder: _random.Next(3) == 0);
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
            case < 22:
                Read();
                break;
            case 22 when _readers.Count > 0:
                _readers[_random.Next(_readers.Count)].Leave(byToken: _random.Next(2) == 0);
                break;
            case 23:
                _rotations++;
                Ask(Rotate.Instance);
                break;
            default:
                await Task.Delay(_random.Next(4));
                break;
        }
    }

    private void Read()
    {
        if (_readers.Count(reader => !reader.Completion.IsCompleted) < MostReaders)
            _readers.Add(ModelReader.Start(_client, SomeTopics(), new Random(_random.Next())));
        else
            _readers[_random.Next(_readers.Count)].Wake();
    }

    private Request NewRequest()
    {
        var request = new Request(Encoding.UTF8.GetBytes($"{_requests.Count}:{new string('x', _random.Next(60))}"))
        {
            Id = SomeId(),
            Timeout = _random.Next(3) switch { 0 => TimeSpan.FromMilliseconds(_random.Next(1, 30)), 1 => TimeSpan.FromMilliseconds(200), _ => Patience },
            WhenNotReady = SomePolicy(),
            Priority = (MessagePriority)_random.Next(5),
        };
        _requests.Add(request);
        return request;
    }

    // A fresh one, or that of an earlier request, which may be out still, or whose answer may.
    private RequestId SomeId() => _requests.Count > 0 && _random.Next(6) == 0 ? _requests[_random.Next(_requests.Count)].Id!.Value : $"{seed}-{_requests.Count}";

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

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(ConcurrentQueue<object> replies) => ReceiveAny(replies.Enqueue);
    }
}
