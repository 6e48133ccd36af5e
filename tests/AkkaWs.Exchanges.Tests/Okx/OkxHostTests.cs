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

    [Fact]
    public void A_host_that_there_is_not_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Okx.CreateOptions(OkxStream.Public, host: (OkxHost)6));
}
