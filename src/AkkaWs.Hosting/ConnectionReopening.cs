using AkkaWs.Client;
using AkkaWs.Connection;
using AkkaWs.Management;
using AkkaWs.Options;
using AkkaWs.Primitives;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting;

/// <summary>Opens a connection again that closed by itself, later each time in a row; never one that a client was told to close.</summary>
/// <param name="client">The declared connection's.</param>
/// <param name="after">How long after the first closing in a row.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told what became of each reopening.</param>
internal sealed class ConnectionReopening(WebSocketClient client, TimeSpan after, TimeProvider time, ILogger log)
{
    private readonly Random _random = AkkaWsExtension.NewRandom();
    private int _attempt;

    /// <summary>Stays with one life of the connection until there is another one, or there is to be none.</summary>
    /// <param name="life">The life.</param>
    /// <param name="stopped">Ends it.</param>
    public async Task FollowAsync(ConnectionHandle life, CancellationToken stopped)
    {
        if (await EndsStableAsync(life, stopped).ConfigureAwait(false))
            _attempt = 0;
        while (!HasEndedForGood(life))
        {
            var delay = NextDelay(life);
            if (await IsReplacedWithinAsync(life, delay, stopped).ConfigureAwait(false) || await IsReopenedAsync(life, delay, stopped).ConfigureAwait(false))
                return;
        }
    }

    // Ready proves little where the connection closes right after it.
    private async Task<bool> EndsStableAsync(ConnectionHandle life, CancellationToken stopped)
    {
        var failure = await life.FirstOutcome.WaitAsync(stopped).ConfigureAwait(false);
        var since = time.GetTimestamp();
        await life.Closed.WaitAsync(stopped).ConfigureAwait(false);
        return failure is null && time.GetElapsedTime(since) >= OptionsOf(life).StableAfter;
    }

    private static bool HasEndedForGood(ConnectionHandle life) =>
        life.IsLetGo || life.Current.Reason is { IsGraceful: true } || life.Opened is not { System.WhenTerminated.IsCompleted: false };

    private TimeSpan NextDelay(ConnectionHandle life) =>
        ReopenDelay.Of(++_attempt, after, life.Current.Reason, OptionsOf(life), _random.NextDouble());

    private async Task<bool> IsReplacedWithinAsync(ConnectionHandle life, TimeSpan delay, CancellationToken stopped)
    {
        try
        {
            await life.Replaced.WaitAsync(delay, time, stopped).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> IsReopenedAsync(ConnectionHandle life, TimeSpan delay, CancellationToken stopped)
    {
        try
        {
            if (!await client.ReopenUnlessLetGoAsync(life, stopped).ConfigureAwait(false))
                return true;
            HostingLog.Reopened(log, client.Name, $"{life.Current.Reason}", delay);
            return true;
        }
        catch (Exception e) when (!stopped.IsCancellationRequested)
        {
            // A name that is taken, a handler that serves another connection, user code: what it is may pass.
            HostingLog.ReopeningFailed(log, client.Name, $"{life.Current.Reason}", OutsideText.Cause(e)!);
            return false;
        }
    }

    private static ReconnectOptions OptionsOf(ConnectionHandle life) => life.Options!.Reconnect;
}
