using Akka.Actor;
using Akka.Configuration;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;

namespace AkkaWs.Benchmarks.Requesting;

/// <summary>The product connected to the echoing server, which answers a request with the request: its id is in it.</summary>
internal sealed class ClientConnection(ActorSystem system, WebSocketClient client) : IAsyncDisposable
{
    public static async Task<ClientConnection> OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        var client = await WebSocketClient.ConnectAsync(system, new WebSocketClientOptions { Name = "bench", Url = url }, new GenericJsonHandler(), cancellationToken);
        return new ClientConnection(system, client);
    }

    public Task<Response> CallAsync(ReadOnlyMemory<byte> payload) => client.RequestRawAsync(new Request(payload));

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await system.Terminate();
    }
}
