using System.Diagnostics;
using System.Globalization;

namespace AkkaWs.Interop.Tests;

/// <summary>A script of <c>Servers</c> in a process of node's: it prints its port and ends with its input.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly Process _node;

    private NodeServer(Process node, int port)
    {
        _node = node;
        Url = new Uri($"ws://127.0.0.1:{port}/");
    }

    public Uri Url { get; }

    public static async Task<NodeServer> StartAsync(NpmPackage package, string script)
    {
        var node = Tool.Start(Tool.Find("node")!, [package.CopyScript("Servers", script)]);
        // Read to the end, so that the server never waits for a full pipe.
        var errors = node.StandardError.ReadToEndAsync();
        var port = await node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))
            ?? throw new InvalidOperationException($"{script} did not start: {await errors}");
        _ = node.StandardOutput.ReadToEndAsync();
        return new NodeServer(node, int.Parse(port, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _node.StandardInput.Close();
        await _node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        _node.Dispose();
    }
}
