using AkkaWs.Errors;
using AkkaWs.Options;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting;

/// <summary>Brings changed options to an open connection, one change after the other, and logs what became of each.</summary>
internal sealed class ConnectionReload(HostedConnection connection, Func<WebSocketOptions> read, ILogger log)
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private WebSocketOptions _wanted = connection.Prepared!.Options;

    /// <summary>There may be other options.</summary>
    public void Begin()
    {
        lock (_lock)
            _last = ReloadAsync(_last);
    }

    private async Task ReloadAsync(Task before)
    {
        await before.ConfigureAwait(false);
        try
        {
            var options = read();
            if (OptionCatalog.Differences(_wanted, options).Count == 0)
                return;
            var became = await connection.Client.ReconfigureAsync(options).ConfigureAwait(false);
            _wanted = options;
            Tell(HostingLog.Applied, became.Applied);
            Tell(HostingLog.FromNextConnection, became.FromNextConnection);
            Tell(HostingLog.NotApplied, became.NotApplied);
        }
        catch (InvalidOptionsException e)
        {
            HostingLog.InvalidReload(log, connection.Name, string.Join("; ", e.Errors));
        }
        catch (ConnectionClosedException)
        {
            // It has ended; its options matter no more.
        }
        catch (Exception e)
        {
            // Whatever a changed file makes user code throw: the connection stays as it is, and the next change is tried again.
            HostingLog.ReloadFailed(log, connection.Name, e);
        }
    }

    private void Tell(Action<ILogger, string, string> line, IReadOnlyList<string> keys)
    {
        if (keys.Count > 0)
            line(log, connection.Name, string.Join(", ", keys));
    }
}
