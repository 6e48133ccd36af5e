using System.Diagnostics;
using Akka.Actor;

namespace AkkaWs.Benchmarks.Actors;

/// <summary>1,000 callers, each with one Ask with a timeout at a time; M/s.</summary>
internal sealed class AskContender : ActorSystemContender
{
    private const int Callers = 1_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    protected override async Task<double[]> MeasureAsync(ActorSystem system, TimeSpan duration)
    {
        var echo = system.ActorOf(Props.Create(() => new Echo()));
        await AskAsync(echo, duration / 4);
        var started = Stopwatch.GetTimestamp();
        var asked = await AskAsync(echo, duration);
        return [asked / Stopwatch.GetElapsedTime(started).TotalMicroseconds];
    }

    private static async Task<long> AskAsync(IActorRef echo, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync)));
        return counts.Sum();

        async Task<long> CallAsync()
        {
            long count = 0;
            do
            {
                await echo.Ask<Message>(new Message(0), Timeout);
                count++;
            }
            while (Stopwatch.GetElapsedTime(started) < duration);
            return count;
        }
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<Message>(message => Sender.Tell(message));
    }
}
