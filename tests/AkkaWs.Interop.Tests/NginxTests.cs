using System.Net;
using System.Text;
using AkkaWs.Wire;

namespace AkkaWs.Interop.Tests;

public sealed class NginxTests(Nginx nginx) : IClassFixture<Nginx>
{
    private readonly WireOptions _options = new() { Proxy = WireProxy.None, CertificateValidation = (_, certificate, _, _) => nginx.Trusts(certificate) };

    [NginxFact]
    public async Task Messages_travel_through_its_TLS()
    {
        await using var connection = await OpenAsync($"wss://localhost:{nginx.TlsPort}/echo");
        await connection.SendAsync(WireOpcode.Text, "through"u8.ToArray());

        Assert.Equal((WireOpcode.Text, "through"), await connection.NextAsync(payload => Encoding.UTF8.GetString(payload)));
        await connection.CloseAsync((CloseCode)4000, "done").WaitAsync(Wait.Limit);
        Assert.Equal((CloseCode)4000, connection.CloseStatus!.Code);
    }

    [NginxFact]
    public async Task Its_idle_killer_is_an_end_without_a_close_frame()
    {
        await using var connection = await OpenAsync($"ws://127.0.0.1:{nginx.PlainPort}/idle");

        var failure = await Assert.ThrowsAnyAsync<WireException>(async () => await connection.ReadBatchAsync().AsTask().WaitAsync(Wait.Limit));
        Assert.Equal(CloseCode.AbnormalClosure, failure.CloseCode);
    }

    [NginxFact]
    public async Task Its_redirect_is_told_or_followed()
    {
        var url = $"ws://127.0.0.1:{nginx.PlainPort}/moved";
        Assert.Equal(HttpStatusCode.Redirect, (await Assert.ThrowsAsync<WireHandshakeException>(() => OpenAsync(url))).HttpStatusCode);

        await using var connection = await WireConnection.ConnectAsync(new Uri(url), _options with { FollowRedirects = true }).WaitAsync(Wait.Limit);
        Assert.Null(connection.CloseStatus);
    }

    [NginxFact]
    public async Task Its_429_carries_the_time_to_wait()
    {
        var failure = await Assert.ThrowsAsync<WireHandshakeException>(() => OpenAsync($"ws://127.0.0.1:{nginx.PlainPort}/limited"));

        Assert.Equal(HttpStatusCode.TooManyRequests, failure.HttpStatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), failure.RetryAfter);
    }

    [NginxFact]
    public async Task Its_502_is_told()
    {
        var failure = await Assert.ThrowsAsync<WireHandshakeException>(() => OpenAsync($"ws://127.0.0.1:{nginx.PlainPort}/gone"));

        Assert.Equal(HttpStatusCode.BadGateway, failure.HttpStatusCode);
        Assert.Contains("Bad Gateway", failure.Body, StringComparison.Ordinal);
    }

    private Task<WireConnection> OpenAsync(string url) => WireConnection.ConnectAsync(new Uri(url), _options).WaitAsync(Wait.Limit);
}
