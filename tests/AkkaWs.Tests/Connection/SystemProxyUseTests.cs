using System.Net;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneSystemProxy
{
    public const string Name = "one system's proxy";
}

/// <summary>The proxy that the system names. It is one for the whole process: nothing else runs meanwhile.</summary>
[Collection(OneSystemProxy.Name)]
public sealed class SystemProxyUseTests : ConnectionTest
{
    private readonly IWebProxy _before = HttpClient.DefaultProxy;

    [Fact]
    public async Task Loopback_is_direct_whatever_the_systems_proxy_and_another_host_is_not()
    {
        await using var server = await LineServer.StartAsync();
        await using var proxy = new ConnectProxy("nobody:nothing");
        HttpClient.DefaultProxy = new ForAll(new Uri($"http://127.0.0.1:{proxy.Port}"));

        await using var client = await ConnectAsync(server.Options("loopback"));

        Assert.Equal(ConnectionState.Ready, client.State);
        Assert.Empty(proxy.Requests);
        var elsewhere = server.Options("elsewhere") with { Url = new Uri("wss://venue.example/") };
        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(elsewhere with { Reconnect = elsewhere.Reconnect with { MaxAttempts = 0 } }));
        Assert.StartsWith("CONNECT venue.example:443 ", Assert.Single(proxy.Requests), StringComparison.Ordinal);
        Assert.Contains($"through proxy 127.0.0.1:{proxy.Port}: HTTP 407", error.Message, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        HttpClient.DefaultProxy = _before;
        base.Dispose(disposing);
    }

    /// <summary>The framework's of the environment passes by no host of its own accord either.</summary>
    private sealed class ForAll(Uri proxy) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => proxy;

        public bool IsBypassed(Uri host) => false;
    }
}
