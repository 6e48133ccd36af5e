using System.Net.Security;
using System.Security.Authentication;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class TlsTests
{
    private static readonly WireOptions Default = new();

    [Fact]
    public async Task A_certificate_that_the_system_does_not_trust_is_refused()
    {
        var (url, _) = (await WebServer.GetAsync()).Accept(tls: true);

        var failure = await Assert.ThrowsAsync<WireTlsException>(() => WireConnection.ConnectAsync(url, Default).WaitAsync(Peer.Patience));

        Assert.True(failure.IsCertificateRefused);
        Assert.Contains("RemoteCertificate", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validation_of_the_caller_decides()
    {
        var (url, _) = (await WebServer.GetAsync()).Accept(tls: true);
        string? seen = null;
        await using var connection = await WireConnection.ConnectAsync(url, Default with
        {
            CertificateValidation = (_, certificate, _, _) => (seen = certificate!.GetCertHashString()) is not null,
        }).WaitAsync(Peer.Patience);

        Assert.Equal(WebServer.Certificate.GetCertHashString(), seen);
        var failure = await Assert.ThrowsAsync<WireTlsException>(() => WireConnection.ConnectAsync(url, Default with { CertificateValidation = (_, _, _, _) => false }).WaitAsync(Peer.Patience));
        Assert.True(failure.IsCertificateRefused);
    }

    [Fact]
    public async Task A_validation_that_throws_refuses_the_certificate()
    {
        var (url, _) = (await WebServer.GetAsync()).Accept(tls: true);
        var options = Default with { CertificateValidation = (_, _, _, _) => throw new InvalidOperationException("no trust store") };

        var failure = await Assert.ThrowsAsync<WireTlsException>(() => WireConnection.ConnectAsync(url, options).WaitAsync(Peer.Patience));

        Assert.True(failure.IsCertificateRefused);
        Assert.Contains("the validation threw InvalidOperationException: no trust store", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_certificate_reaches_the_server()
    {
        using var mine = WebServer.CreateCertificate("client");
        var seen = new TaskCompletionSource<string?>();
        var url = (await WebServer.GetAsync()).Route(
            async context =>
            {
                seen.SetResult((await context.Connection.GetClientCertificateAsync())?.Subject);
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
            },
            tls: true);

        await using var connection = await WireConnection.ConnectAsync(url, Default with { CertificateValidation = WebServer.Trust, ClientCertificates = [mine] }).WaitAsync(Peer.Patience);

        Assert.Equal("CN=client", await seen.Task);
    }

    [Theory]
    [InlineData(null, "localhost")]
    [InlineData("venue.example", "venue.example")]
    public async Task The_server_name_is_that_of_the_URL_or_of_the_Host_header(string? host, string expected)
    {
        var seen = new TaskCompletionSource<(string Name, SslProtocols Protocol)>();
        await using var server = new RawServer(async (_, stream) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = WebServer.Certificate });
            seen.SetResult((tls.TargetHostName, tls.SslProtocol));
        });

        await Assert.ThrowsAnyAsync<WireException>(() => WireConnection.ConnectAsync(
            new Uri($"wss://localhost:{server.Port}/"),
            Default with { Headers = host is null ? [] : [new("Host", host)], CertificateValidation = WebServer.Trust }).WaitAsync(Peer.Patience));

        var (name, protocol) = await seen.Task.WaitAsync(Peer.Patience);
        Assert.Equal(expected, name);
        Assert.True(protocol is SslProtocols.Tls12 or SslProtocols.Tls13);
    }

    [Fact]
    public async Task A_server_without_TLS_is_a_TLS_failure()
    {
        await using var plain = new RawServer(async (_, stream) =>
        {
            await stream.ReadExactlyAsync(new byte[10]);
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            // Bytes left unread would turn the end into a reset, which may overtake the answer.
            await RawServer.ReadToEndAsync(stream);
        });

        var failure = await Assert.ThrowsAsync<WireTlsException>(() => WireConnection.ConnectAsync(new Uri($"wss://127.0.0.1:{plain.Port}/"), Default).WaitAsync(Peer.Patience));

        Assert.False(failure.IsCertificateRefused);
    }
}
