using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>Listeners are user code: what they throw costs nobody an outcome, an update or the connection.</summary>
public sealed class ThrowingListenerTests() : ConnectionTest("akka.loglevel = WARNING")
{
    [Fact]
    public async Task A_listener_of_metrics_that_throws_costs_nothing()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument is { Meter.Name: "AkkaWs", IsObservable: false })
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var (key, tag) in tags)
            {
                if (key == "connection" && "listener-metrics".Equals(tag))
                    throw new InvalidOperationException("the listener's bug");
            }
        });
        listener.Start();
        await ServeAsync("listener-metrics");

        await AssertToldAsync(logged, "listener-metrics");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listener_of_activities_that_throws_costs_nothing(bool atTheirStart)
    {
        var name = $"listener-activities-{atTheirStart}";
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AkkaWs",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => Throw(atTheirStart && activity.TraceId == caller.TraceId), // it has no tags yet
            ActivityStopped = activity => Throw(!atTheirStart && name.Equals(activity.GetTagItem("akkaws.connection"))),
        };
        ActivitySource.AddActivityListener(listener);

        await ServeAsync(name);

        Assert.Same(caller, Activity.Current);
        await AssertToldAsync(logged, name);

        static void Throw(bool whether)
        {
            if (whether)
                throw new InvalidOperationException("the listener's bug");
        }
    }

    private async Task ServeAsync(string name)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options(name), new LineProtocol { Authenticates = true });
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));

        Assert.Equal("hello"u8.ToArray(), (await client.RequestRawAsync(Request("hello"), Ct).WaitAsync(Deadline)).Result.ToArray());
        await Assert.ThrowsAsync<ServerErrorException>(() => client.RequestRawAsync(Request("fail"), Ct).WaitAsync(Deadline));
        var outcomes = await client.RequestManyAsync<int, int>([1, 2, 3], cancellationToken: Ct).WaitAsync(Deadline);
        Assert.Equal([1, 2, 3], outcomes.Select(outcome => outcome.ThrowIfFailed()));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|2", Ct);
        Assert.Equal(["U|a|1", "U|a|2"], subscriber.ReceiveN(2, Deadline).Cast<TopicUpdate>().Select(Text));
        Assert.Equal((1L, ConnectionState.Ready), (client.Epoch.Value, client.State));

        var reconnected = NextAsync<Reconnected>(client);
        server.Connection.Drop();
        Assert.Equal(2, (await reconnected).Epoch.Value);
    }

    private Task AssertToldAsync(IEnumerable<LogEvent> logged, string name) => AwaitAssertAsync(
        () => Assert.Contains(LogProbe.Of(logged, name), line => line is { Level: LogLevel.WarningLevel, Message.EventName: "ListenerThrew" }), Deadline);
}
