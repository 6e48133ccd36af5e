using System.Diagnostics;
using System.Globalization;

namespace AkkaWs.Interop.Tests;

/// <summary>The script of <c>Servers/ws-server.js</c>, started once for its tests.</summary>
public sealed class NpmWsServer : IAsyncLifetime
{
    private Process? _node;

    public int Port { get; private set; }

    public Uri Url(string path) => new($"ws://127.0.0.1:{Port}/{path}");

    public async Task InitializeAsync()
    {
        if (NpmPackage.Ws.Missing is not null)
            return;
        _node = Tool.Start(Tool.Find("node")!, [NpmPackage.Ws.CopyScript("Servers", "ws-server.js")]);
        Port = int.Parse((await _node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)))!, CultureInfo.InvariantCulture);
    }

    public async Task DisposeAsync()
    {
        if (_node is null)
            return;
        // The script ends with its input.
        _node.StandardInput.Close();
        await _node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        _node.Dispose();
    }
}
