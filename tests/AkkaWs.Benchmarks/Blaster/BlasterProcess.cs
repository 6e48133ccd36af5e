using System.Diagnostics;
using System.Globalization;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>The parent's handle on the server process, which starts on first use.</summary>
internal sealed class BlasterProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Process? _process;
    private int _plainPort;
    private int _tlsPort;
    private Uri[] _venue = [];

    public async Task<Uri> UrlAsync(BlasterScript script)
    {
        await StartedAsync();
        return script.Url(script.Tls ? _tlsPort : _plainPort);
    }

    /// <summary>The addresses of the <see cref="VenueServer"/>, to be used in turn.</summary>
    public async Task<IReadOnlyList<Uri>> VenueAsync()
    {
        await StartedAsync();
        return _venue;
    }

    /// <summary>Has the <see cref="VenueServer"/> reset every connection; returns once it was told.</summary>
    public async Task ResetVenueAsync()
    {
        var process = await StartedAsync();
        await process.StandardInput.WriteLineAsync(BlasterServer.ResetCommand);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>How many pings the <see cref="VenueServer"/> has answered since it started.</summary>
    public async Task<long> VenuePingsAsync()
    {
        var process = await StartedAsync();
        await process.StandardInput.WriteLineAsync(BlasterServer.PingsCommand);
        await process.StandardInput.FlushAsync();
        return long.Parse(await ReadLineAsync(process), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<Process> StartedAsync()
    {
        if (_process is not null)
            return _process;
        _process = OwnProcess.Start("blaster");
        var ports = Array.ConvertAll((await ReadLineAsync(_process)).Split(' '), word => int.Parse(word, CultureInfo.InvariantCulture));
        (_plainPort, _tlsPort) = (ports[0], ports[1]);
        _venue = [.. ports[2..].Select(port => new Uri(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{port}/")))];
        return _process;
    }

    private static async Task<string> ReadLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("The server ended before it answered.");
}
