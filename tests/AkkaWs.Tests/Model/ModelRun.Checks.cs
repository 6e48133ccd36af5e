using System.Diagnostics;
using System.Text;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Model;

// What must hold at any time, when all is quiet, and in the end.
internal sealed partial class ModelRun
{
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
        foreach (var reader in _readers)
        {
            if (_random.Next(2) == 0)
                reader.Leave(byToken: _random.Next(2) == 0);
            reader.Wake();
            await reader.Subscribed.WaitAsync(Patience);
        }

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

        await EventuallyAsync(async () =>
        {
            string[] wished = [.. wishes.Select(w => w.Topic).Concat(Readers.SelectMany(reader => reader.Topics).Select(topic => topic.Value)).Distinct().Order()];
            var status = await _connection.Ask<ConnectionStatus>(GetStatus.Instance, Patience);
            Assert.Equal(ConnectionState.Ready, status.State);
            Assert.Equal((wished.Length, wished.Length), (status.DesiredTopics, status.ConfirmedTopics));
            Assert.Equal((0, 0, 0), (status.PendingRequests, status.QueuedCommands, status.ThrottledMessages));
            Assert.Equal(wished, _venue.Subscribed);
            Assert.All(wishes, wish => Assert.False(_subscribers[wish.Subscriber].Log.IsInterrupted(wish.Topic), $"{wish} was left interrupted"));
        });
        await CheckDeliveryAsync(wishes);
    }

    /// <summary>What is sent when all is quiet reaches everyone who is subscribed, or is told to be lost.</summary>
    private async Task CheckDeliveryAsync(IReadOnlyCollection<(int Subscriber, string Topic)> wishes)
    {
        long? first = null;
        await EventuallyAsync(async () =>
        {
            // Again and again: a close that was not read while a reader held up the reading may still take the connection away.
            var sent = await _venue.PublishAsync();
            var number = first ??= sent;
            Assert.All(wishes, wish => Assert.True(_subscribers[wish.Subscriber].Log.LastOf(wish.Topic) >= number, $"{wish} got nothing new"));
            Assert.All(Readers, reader => Assert.All(reader.Topics, topic => Assert.True(reader.Log.HasHeardOf(topic, number) || !reader.IsReading, $"{reader} heard nothing new of {topic}")));
        });
    }

    private IEnumerable<ModelReader> Readers => _readers.Where(reader => reader.IsReading);

    private async Task CheckReadersAsync()
    {
        foreach (var reader in _readers)
        {
            await reader.Completion.WaitAsync(Patience);
            Assert.True(reader.Log.Violations.Count == 0, $"{reader}: {string.Join("; ", reader.Log.Violations)}");
        }
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
            Assert.Equal(_requests.Count + _sends.Count + _rotations, _replies.Count);
            for (var i = 0; i < 2; i++)
                Assert.Equal(_commands[i], _subscribers[i].Log.Answers);
            return Task.CompletedTask;
        });
        // What would come twice has come by the time that a later question is answered.
        await _connection.Ask<ConnectionStatus>(GetStatus.Instance, Patience);
        Assert.Equal(_requests.Count + _sends.Count + _rotations, _replies.Count);
        Assert.All(_requests.GroupBy(request => request.Id), same => Assert.Equal(same.Count(), _replies.Count(reply => IdOf(reply) == same.Key)));
        Assert.All(_subscribers, subscriber => Assert.Empty(subscriber.Log.Violations));
        Assert.All(_gone, subscriber => Assert.Empty(subscriber.Log.Violations));
        Assert.All(_gone, subscriber => Assert.InRange(subscriber.Log.Answers, 0, subscriber.Commands));
    }

    private void CheckWrites()
    {
        var received = _venue.Received;
        var requests = received.Where(text => text.StartsWith("req|", StringComparison.Ordinal)).Select(text => text.Split('|')[2]).ToList();
        Assert.Equal(requests.Distinct().Count(), requests.Count);
        foreach (var reply in _replies)
        {
            if (reply is not Status.Failure { Cause: WebSocketClientException error } || !IsUnsent(error))
                continue;
            if (error.Command is Request request)
                Assert.False(requests.Contains(TextOf(request.Payload)), $"request {request.Id} was written, but told {error.Message}");
            else if (error.Command is Send send)
                Assert.False(received.Contains(TextOf(send.Payload)), $"a send was written, but told {error.Message}");
        }

        CheckResponses(requests);
    }

    /// <summary>The server echoes: each response is that of a request which was written and has this id, and no two are of the same.</summary>
    private void CheckResponses(IReadOnlyCollection<string> written)
    {
        var responses = _replies.OfType<Response>().Select(response => (response.Id, Text: TextOf(response.Result))).ToList();
        Assert.Equal(responses.Distinct().Count(), responses.Count);
        Assert.All(responses, response => Assert.Contains(response.Text, written));
        Assert.All(responses, response => Assert.Contains(_requests, request => request.Id == response.Id && TextOf(request.Payload) == response.Text));
    }

    private static string TextOf(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(payload.Span);

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
}
