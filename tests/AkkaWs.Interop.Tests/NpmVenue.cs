using System.Diagnostics;
using System.Globalization;

namespace AkkaWs.Interop.Tests;

/// <summary>The exchange of <c>Servers/ws-server.js</c>, which can have bad days, in a process of its own that can be killed.</summary>
internal sealed class NpmVenue : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly string _script;
    private Process? _node;
    private int _port;

    private NpmVenue(string script) => _script = script;

    public Uri Url => new($"ws://127.0.0.1:{_port}/venue");

    public static async Task<NpmVenue> StartAsync()
    {
        var venue = new NpmVenue(NpmPackage.Ws.CopyScript("Servers", "ws-server.js"));
        await venue.RiseAsync();
        return venue;
    }

    /// <summary>Ends its process in the middle of what it does.</summary>
    public async Task KillAsync()
    {
        if (_node is not { } node)
            return;
        _node = null;
        node.Kill();
        await node.WaitForExitAsync().WaitAsync(Wait.Limit);
        node.Dispose();
    }

    /// <summary>Starts it, at the address that it had before.</summary>
    public async Task RiseAsync()
    {
        _node = Tool.Start(Tool.Find("node")!, [_script, "127.0.0.1", _port.ToString(CultureInfo.InvariantCulture)]);
        var errors = _node.StandardError.ReadToEndAsync();
        var port = await _node.StandardOutput.ReadLineAsync().WaitAsync(Wait.Patience) ?? throw new InvalidOperationException($"The server did not start: {await errors}");
        _ = _node.StandardOutput.ReadToEndAsync();
        _port = int.Parse(port, CultureInfo.InvariantCulture);
    }

    /// <summary>What it is to do: <c>good</c>, <c>flapping</c>, <c>mute-auth</c>, <c>mute-upgrade</c> from now on; <c>drop</c>, <c>freeze</c> with the connections that it has.</summary>
    /// <returns>How many clients asked to be upgraded until now.</returns>
    public async Task<int> DoAsync(string what) =>
        int.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/?do={what}")).WaitAsync(Wait.Patience), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        File.Delete(_script);
    }
}
