using System.Collections.Concurrent;

namespace AkkaWs.Exchanges.Tests;

/// <summary>OKX's sites and their hosts (https://www.okx.com/docs-v5/en/#overview-production-trading-services).</summary>
public sealed class OkxHostTests
{
    [Theory]
    [InlineData("Global", "ws.okx.com")]
    [InlineData("Eea", "wseea.okx.com")]
    [InlineData("Us", "wsus.okx.com")]
    [InlineData("GlobalDemo", "wspap.okx.com")]
    [InlineData("EeaDemo", "wseeapap.okx.com")]
    [InlineData("UsDemo", "wsuspap.okx.com")]
    public void Each_site_has_hosts_of_its_own(string name, string host) => Assert.Equal(
        new Uri($"wss://{host}:8443/ws/v5/private"), Okx.CreateOptions(OkxStream.Private, host: Enum.Parse<OkxHost>(name)).Url);

    [Theory]
    [InlineData("Global", "www.okx.com")]
    [InlineData("Eea", "eea.okx.com")]
    [InlineData("Us", "us.okx.com")]
    [InlineData("GlobalDemo", "www.okx.com")]
    [InlineData("EeaDemo", "eea.okx.com")]
    [InlineData("UsDemo", "us.okx.com")]
    public async Task Each_site_lists_its_instruments_at_an_address_of_its_own(string name, string host)
    {
        using var http = new Listing();

        await new OkxInstrumentCodes(["SPOT"], Enum.Parse<OkxHost>(name), http).LoadAsync(default);

        Assert.Equal(new Uri($"https://{host}/api/v5/public/instruments?instType=SPOT"), Assert.Single(http.Asked));
    }

    [Fact]
    public void A_host_that_there_is_not_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Okx.CreateOptions(OkxStream.Public, host: (OkxHost)6));

    private sealed class Listing : HttpMessageHandler
    {
        public ConcurrentQueue<Uri?> Asked { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Enqueue(request.RequestUri);
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"code":"0","data":[{"instId":"BTC-USDT","instIdCode":10458}],"msg":""}""") });
        }
    }
}
