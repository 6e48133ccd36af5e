namespace AkkaWs.Wire.Tests.Support;

/// <summary>A server that accepts, never answers and counts who comes: where a certificate says that more about it can be fetched.</summary>
internal sealed class SilentListener : IAsyncDisposable
{
    private readonly RawServer _server = new((_, stream) => RawServer.ReadToEndAsync(stream));

    public int Accepted => _server.Accepted;

    public string Url => $"http://127.0.0.1:{_server.Port}/more";

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
