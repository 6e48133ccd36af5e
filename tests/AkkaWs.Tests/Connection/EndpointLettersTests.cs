using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Endpoints with other letters than those of ASCII, as a provider gives them: each is sent as the standards say, or refused by its key, at once.</summary>
public sealed class EndpointLettersTests : ConnectionTest
{
    private const string Host = "vénue.example";
    private const string AsciiHost = "xn--vnue-bpa.example";
    private const string Secret = "s3cr3t";

    private readonly ConcurrentQueue<string> _dialed = new();

    [Theory]
    [InlineData("X-Key", Secret + "é", "headers.X-Key")]
    [InlineData("X-Ké", Secret, "headers[0]")]
    [InlineData("Host", Secret + "é.example", "headers.Host")]
    public async Task A_header_that_no_request_can_carry_is_refused_by_its_key(string name, string value, string key)
    {
        await using var server = await LineServer.StartAsync();

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(
            () => Builder(server.Url, endpoint => endpoint with { Headers = [new(name, value)] }, server.Url.Port).ConnectAsync(Sys, Ct).WaitAsync(Deadline));

        Assert.Equal(ErrorClass.HandshakeRejected, error.Reason.Class);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{error}", StringComparison.Ordinal);
        Assert.Empty(_dialed);
    }

    [Fact]
    public async Task A_host_and_a_path_with_other_letters_are_sent_in_ASCII()
    {
        await using var server = await LineServer.StartAsync();
        var there = new Uri($"ws://{Host}:{server.Url.Port}/fürs?ö=é");

        await using var client = await Builder(server.Url, endpoint => endpoint with { Url = there }, server.Url.Port).ConnectAsync(Sys, Ct);

        Assert.Equal(ConnectionState.Ready, client.State);
        Assert.Equal([AsciiHost], _dialed);
        Assert.Equal($"{AsciiHost}:{server.Url.Port}", server.Connection.RequestHeaders["Host"]);
        Assert.Equal("/f%C3%BCrs?%C3%B6=%C3%A9", server.Connection.PathAndQuery);
    }

    [Fact]
    public async Task A_proxy_is_asked_for_a_host_with_other_letters_in_ASCII()
    {
        await using var proxy = new ConnectProxy("user:other");
        var options = Options(new Uri($"wss://{Host}/")) with { Proxy = new ProxyOptions { Address = $"http://127.0.0.1:{proxy.Port}" } };

        await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(options));

        Assert.StartsWith($"CONNECT {AsciiHost}:443 ", Assert.Single(proxy.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_certificate_of_a_host_with_other_letters_names_it_in_ASCII()
    {
        using var certificate = TestCertificates.Issue("venue", TestCertificates.AlternativeName(AsciiHost));
        await using var server = TlsServer.Start(certificate);
        var seen = SslPolicyErrors.None;
        var hooks = Dialing(server.Port) with
        {
            CertificateValidation = (_, _, _, errors) =>
            {
                seen = errors;
                return errors == SslPolicyErrors.RemoteCertificateChainErrors; // nobody trusts its issuer
            },
        };

        await using var client = await WebSocketClient.Builder("letters").Options(Options(new Uri($"wss://{Host}/"))).Protocol(new LineProtocol()).Transport(hooks).ConnectAsync(Sys, Ct);

        Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, seen);
    }

    public static TheoryData<string> Nowhere => ["-é.example", "xn--é.example", new string('é', 64) + ".example"];

    [Theory]
    [MemberData(nameof(Nowhere))]
    public async Task A_host_that_has_no_name_in_ASCII_is_refused_at_once(string host)
    {
        var there = new Uri($"wss://{host}/");
        var configured = await Assert.ThrowsAnyAsync<WebSocketClientException>(() => ConnectAsync(Options(there)).WaitAsync(Deadline));
        var provided = await Assert.ThrowsAsync<ConnectionFailedException>(
            () => Builder(new Uri("wss://127.0.0.1/"), endpoint => endpoint with { Url = there }, 1).ConnectAsync(Sys, Ct).WaitAsync(Deadline));

        Assert.Equal("url", Assert.Single(Assert.IsType<InvalidOptionsException>(configured).Errors).Key);
        Assert.Equal(ErrorClass.HandshakeRejected, provided.Reason.Class);
    }

    private static WebSocketClientOptions Options(Uri url) => new()
    {
        Name = "letters",
        Url = url,
        AllowInsecure = true,
        Proxy = new ProxyOptions { Address = ProxyOptions.Off },
        Reconnect = new ReconnectOptions { MaxAttempts = 0 },
    };

    private TransportHooks Dialing(int port) => new()
    {
        ConnectCallback = async (endPoint, cancellationToken) =>
        {
            _dialed.Enqueue(endPoint.Host);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private WebSocketClientBuilder Builder(Uri url, Func<ConnectionEndpoint, ConnectionEndpoint> change, int port) =>
        WebSocketClient.Builder("letters").Options(Options(url)).Protocol(new LineProtocol()).Endpoint(new Provider(change)).Transport(Dialing(port));

    private sealed class Provider(Func<ConnectionEndpoint, ConnectionEndpoint> change) : IEndpointProvider
    {
        public ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint endpoint, CancellationToken cancellationToken) => new(change(endpoint));
    }
}
