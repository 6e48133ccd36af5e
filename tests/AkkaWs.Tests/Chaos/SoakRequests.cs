using System.Globalization;
using System.Text;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Tests.Chaos;

/// <summary>Numbered requests at an even rate, by turns of a task and of an actor, of which a third are cancelled: at once, a little later, or late; what becomes of each goes into the venue's ledger.</summary>
internal sealed class SoakRequests(ActorSystem system, WebSocketClient client, SoakLedger ledger)
{
    public const int PerSecond = 50;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestQueued = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan[] CancelledAfter = [TimeSpan.Zero, TimeSpan.FromMilliseconds(20), SoakVenue.LateAnswer / 2];

    private readonly IActorRef _caller = system.ActorOf(Props.Create(() => new Caller(ledger)).WithDeploy(Deploy.Local));

    /// <summary>How many requests were made.</summary>
    public int Asked { get; private set; }

    /// <summary>Makes requests until the token is cancelled.</summary>
    /// <param name="most">Beyond so many it waits for that.</param>
    /// <param name="ct">Ends it; requests under way are not cancelled by it.</param>
    public async Task RunAsync(int most, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (Asked < most)
                    _ = AskAsync(Asked++);
            }
        }
        catch (OperationCanceledException)
        {
            // Over.
        }
    }

    public void Stop() => system.Stop(_caller);

    private async Task AskAsync(int number)
    {
        var request = new Request(Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)))
        {
            Id = $"soak-{number}",
            Timeout = Timeout,
            WhenNotReady = number % 4 < 2 ? WhenNotReady.Queue(LongestQueued) : WhenNotReady.FailFast,
            Priority = number % 7 == 0 ? MessagePriority.Cancel : MessagePriority.Order,
        };
        TimeSpan? patience = SoakVenue.IsToBeCancelled(number) ? CancelledAfter[(number / 3) % CancelledAfter.Length] : null;
        if (number % 2 == 0)
            await CallAsync(number, request, patience);
        else
            await TellAsync(request, patience);
    }

    private async Task CallAsync(int number, Request request, TimeSpan? patience)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            var call = client.RequestRawAsync(request, cancellation.Token);
            if (patience == TimeSpan.Zero)
                await cancellation.CancelAsync();
            else if (patience is { } later)
                cancellation.CancelAfter(later);
            ledger.Succeed(number, Text(await call));
        }
        catch (OperationCanceledException cancelled)
        {
            ledger.Fail(number, cancelled.InnerException);
        }
        catch (Exception error)
        {
            ledger.Fail(number, error);
        }
    }

    private async Task TellAsync(Request request, TimeSpan? patience)
    {
        client.Connection.Tell(request, _caller);
        if (patience is not { } later)
            return;
        await Task.Delay(later);
        client.Connection.Tell(new CancelRequest(request.Id!.Value), ActorRefs.NoSender);
    }

    private static string Text(Response response) => Encoding.UTF8.GetString(response.Result.Span);

    /// <summary>Asks as actors do: a second answer to the same request would be one too many.</summary>
    private sealed class Caller : ReceiveActor
    {
        public Caller(SoakLedger ledger)
        {
            Receive<Response>(response => ledger.Succeed(NumberOf(response.Id), Text(response)));
            Receive<Status.Failure>(failure => ledger.Fail(NumberOf(((Request)((WebSocketClientException)failure.Cause).Command!).Id!.Value), failure.Cause));
        }

        private static int NumberOf(RequestId id) => int.Parse(id.Value[(id.Value.IndexOf('-') + 1)..], CultureInfo.InvariantCulture);
    }
}
