using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting;

/// <summary>Brings changed options to an open connection, one change after the other, and logs what became of each.</summary>
internal sealed class ConnectionReload : IDisposable
{
    private readonly HostedConnection _connection;
    private readonly Func<WebSocketClientOptions> _read;
    private readonly ILogger _log;
    private readonly IDisposable _watch;
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private WebSocketClientOptions _wanted;
    private volatile bool _isOver;

    public ConnectionReload(HostedConnection connection, Func<Action, IDisposable> watch, Func<WebSocketClientOptions> read, ILogger log)
    {
        (_connection, _read, _log, _wanted) = (connection, read, log, connection.Prepared!.Options);
        _watch = watch(Begin);
        Begin(); // what changed while the start waited
    }

    public void Dispose()
    {
        _isOver = true;
        _watch.Dispose();
    }

    private void Begin()
    {
        lock (_lock)
            _last = ReloadAsync(_last);
    }

    private async Task ReloadAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (_isOver)
            return;
        try
        {
            var options = _read();
            var changes = OptionCatalog.Differences(_wanted, options);
            if (changes.Count == 0)
                return;
            await ApplyAsync(options, changes).ConfigureAwait(false);
            _wanted = options;
        }
        catch (InvalidOptionsException e)
        {
            HostingLog.InvalidReload(_log, _connection.Name, string.Join("; ", e.Errors));
        }
        catch (Exception e)
        {
            // Whatever a changed file makes user code throw: the connection stays as it is, and the next change is tried again.
            HostingLog.ReloadFailed(_log, _connection.Name, OutsideText.Cause(e)!);
        }
    }

    // To its current life, or else to the next one; it may begin at any moment.
    private async Task ApplyAsync(WebSocketClientOptions options, IReadOnlyList<OptionInfo> changes)
    {
        while (!_isOver)
        {
            var life = _connection.Handle;
            try
            {
                var became = await _connection.Client.ReconfigureAsync(options).ConfigureAwait(false);
                Tell(HostingLog.Applied, became.Applied);
                Tell(HostingLog.FromNextConnection, became.FromNextConnection);
                Tell(HostingLog.NotApplied, became.NotApplied);
                return;
            }
            catch (ConnectionClosedException)
            {
                if (await _connection.Client.KeepForReopeningAsync(options).ConfigureAwait(false))
                {
                    Tell(HostingLog.KeptForReopening, [.. changes.Select(change => change.Key)]);
                    return;
                }

                if (_connection.Handle == life)
                    throw;
            }
        }
    }

    private void Tell(Action<ILogger, string, string> line, IReadOnlyList<string> keys)
    {
        if (keys.Count > 0)
            line(_log, _connection.Name, string.Join(", ", keys));
    }
}
