using Akka.Actor;

namespace AkkaWs.Benchmarks.Actors;

/// <summary>An actor tells a <see cref="ReceiveActor"/> a new object for each message; M/s.</summary>
internal sealed class TellContender : ActorSystemContender
{
    protected override async Task<double[]> MeasureAsync(ActorSystem system, TimeSpan duration)
    {
        var counter = system.ActorOf(Props.Create(() => new Counter()));
        var sender = system.ActorOf(Props.Create(() => new Sender(counter)));
        var (sent, elapsed) = await Burst.RepeatAsync(duration, async count =>
        {
            var order = new Order(count);
            counter.Tell(order);
            sender.Tell(order);
            await order.Done.Task;
        });
        return [sent / elapsed.TotalMicroseconds];
    }

    private sealed record Order(int Count)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Sender : ReceiveActor
    {
        public Sender(IActorRef counter) => Receive<Order>(order =>
        {
            for (var i = 0; i < order.Count; i++)
                counter.Tell(new Message(i), Self);
        });
    }

    private sealed class Counter : ReceiveActor
    {
        private Order? _order;
        private int _received;

        public Counter()
        {
            Receive<Order>(order => (_order, _received) = (order, 0));
            Receive<Message>(_ =>
            {
                if (++_received == _order!.Count)
                    _order.Done.SetResult();
            });
        }
    }
}
