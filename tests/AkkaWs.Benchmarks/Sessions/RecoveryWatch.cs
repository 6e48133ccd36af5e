using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>Tells when connections are Ready and topics live again, by the events that the product publishes and the markers that a subscriber gets.</summary>
internal sealed class RecoveryWatch : ReceiveActor
{
    private Expect? _expected;
    private int _ready;
    private int _restored;

    public RecoveryWatch()
    {
        Receive<Expect>(m => (_expected, _ready, _restored) = (m, m.Ready, m.Restored));
        Receive<ConnectionStateChanged>(m => Count(ref _ready), m => m.To == ConnectionState.Ready);
        Receive<Restored>(_ => Count(ref _restored));
        Receive<Reconnecting>(Check);
        ReceiveAny(_ => { });
    }

    /// <summary>Starts a watch that hears every connection of the system.</summary>
    public static IActorRef Start(IActorRefFactory system, EventStream events)
    {
        var watch = system.ActorOf(Props.Create(() => new RecoveryWatch()));
        events.Subscribe(watch, typeof(ConnectionEvent));
        return watch;
    }

    private void Count(ref int missing)
    {
        missing--;
        if (_ready <= 0 && _restored <= 0)
            _expected?.Done.TrySetResult(Stopwatch.GetTimestamp());
    }

    // A loss of another kind, or a first retry that waits, would measure something else.
    private void Check(Reconnecting happened)
    {
        if (happened.Attempt == 1 && (happened.Delay > TimeSpan.Zero || happened.Reason.Class != ErrorClass.Reset))
            _expected?.Done.TrySetException(new InvalidOperationException($"Not an immediate retry after a reset: {happened}."));
    }
}

/// <summary>Completes <paramref name="Done"/> with the time at which so many more connections are Ready and so many more topics live again.</summary>
internal sealed record Expect(int Ready, int Restored, TaskCompletionSource<long> Done)
{
    public static Expect New(int ready, int restored) => new(ready, restored, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
}
