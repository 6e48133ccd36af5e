using AkkaWs.Errors;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What a handler or a provider says when there is no key.</summary>
public sealed class MissingCredentialsTests
{
    public static TheoryData<string, Func<ProtocolHandler>> Private => new()
    {
        { "Bybit's Private", () => new BybitHandler(BybitStream.Private) },
        { "Bybit's Trade", () => new BybitHandler(BybitStream.Trade) },
        { "OKX's Private", () => new OkxHandler(OkxStream.Private) },
    };

    [Theory]
    [MemberData(nameof(Private), DisableDiscoveryEnumeration = true)]
    public void A_handler_of_a_private_socket_is_refused_without_credentials(string socket, Func<ProtocolHandler> create)
    {
        var error = Assert.Throws<MissingCredentialsException>(create);

        Assert.Contains($"{socket} socket", error.Missing, StringComparison.Ordinal);
    }

    [Fact]
    public void The_handlers_of_public_sockets_need_none()
    {
        foreach (var stream in new[] { BybitStream.Spot, BybitStream.Linear, BybitStream.Inverse, BybitStream.Option })
            Assert.False(new BybitHandler(stream).RequiresAuthentication);
        Assert.False(new OkxHandler(OkxStream.Public).RequiresAuthentication);
        Assert.False(new OkxHandler(OkxStream.Business).RequiresAuthentication);
        Assert.False(new DeribitHandler().RequiresAuthentication);
        Assert.False(new BinanceStreamsHandler().RequiresAuthentication);
    }

    [Fact]
    public void Binance_refuses_to_trade_without_credentials() => Assert.Throws<ArgumentNullException>(() => new BinanceApiHandler(null!));

    [Fact]
    public async Task An_environment_variable_that_is_not_set_is_named()
    {
        var error = await Assert.ThrowsAsync<MissingCredentialsException>(() => CredentialsProvider.FromEnvironment("NOSUCH").GetAsync(default).AsTask());

        Assert.Equal("the environment variable NOSUCH_API_KEY", error.Missing);
        Assert.Contains(error.Missing, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OKX_names_the_passphrase_that_its_key_lacks()
    {
        var handler = new OkxHandler(OkxStream.Private, CredentialsProvider.Fixed(new ApiCredentials("key", "secret")));

        var error = await Assert.ThrowsAsync<MissingCredentialsException>(() => handler.BuildAuthenticationAsync(default).AsTask());

        Assert.Contains("passphrase", error.Missing, StringComparison.Ordinal);
    }
}
