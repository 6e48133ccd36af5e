using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using AkkaWs.Testing;

namespace AkkaWs.Interop.Tests;

/// <summary>What a client that others wrote says of our simulator, by a script of <c>Clients</c>.</summary>
internal sealed class VenueClient : IAsyncDisposable
{
    private readonly Process _node;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly Channel<(string Event, string Detail)> _events = Channel.CreateUnbounded<(string, string)>();

    private VenueClient(Process node)
    {
        _node = node;
        _reading = Task.WhenAll(ReadAsync(node.StandardOutput, Note), ReadAsync(node.StandardError, line => _seen.Enqueue("stderr: " + line)));
    }

    /// <summary>What it objected to.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>The venue's own client: the script <c>venue-client.js</c>.</summary>
    public static VenueClient Start(ExchangeSimulator exchange, ExchangeSimulatorOptions options, string? secret = null) =>
        Start(NpmPackage.VenueClients, "venue-client.js", exchange, options, secret ?? options.ApiSecret, "");

    /// <summary>The client of all venues: the script <c>ccxt-client.js</c>.</summary>
    public static VenueClient StartCcxt(ExchangeSimulator exchange, ExchangeSimulatorOptions options, IEnumerable<string> feeds) =>
        Start(NpmPackage.Ccxt, "ccxt-client.js", exchange, options, options.ApiSecret, string.Join(',', feeds));

    private static VenueClient Start(
        NpmPackage package, string script, ExchangeSimulator exchange, ExchangeSimulatorOptions options, string secret, string feeds)
    {
        var (venue, address) = (options.Venue.ToString().ToLowerInvariant(), $"ws://{exchange.Url.Authority}");
        return new VenueClient(Tool.Start(
            Tool.Find("node")!, [package.CopyScript("Clients", script), venue, address, options.ApiKey, secret, options.ApiPassphrase, feeds], package.Folder));
    }

    public async Task OrderAsync()
    {
        await _node.StandardInput.WriteLineAsync("order");
        await _node.StandardInput.FlushAsync();
    }

    /// <summary>Waits until each of these happened, in any order.</summary>
    public async Task ExpectAsync(params (string Event, string Detail)[] expected)
    {
        var open = expected.ToList();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            while (open.Count > 0)
            {
                var happened = await _events.Reader.ReadAsync(deadline.Token);
                open.RemoveAll(wanted => wanted.Event == happened.Event && (wanted.Detail == "*" || wanted.Detail == happened.Detail));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            Assert.Fail($"missing: {string.Join(", ", open)}; seen:\n{string.Join('\n', _seen)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _node.StandardInput.Close();
        await _node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await _reading;
        _node.Dispose();
    }

    private void Note(string line)
    {
        _seen.Enqueue(line);
        using var document = JsonDocument.Parse(line);
        var happened = document.RootElement.GetProperty("event").GetString()!;
        if (happened == "complaint")
        {
            lock (Complaints)
                Complaints.Add(line);
        }

        _events.Writer.TryWrite((happened, document.RootElement.GetProperty("detail").GetString()!));
    }

    private async Task ReadAsync(StreamReader output, Action<string> note)
    {
        while (await output.ReadLineAsync() is { } line)
            note(line);
        _events.Writer.TryComplete();
    }
}
