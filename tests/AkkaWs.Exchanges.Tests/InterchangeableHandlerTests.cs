using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Which handlers may share a connection: those of the same socket and the same account.</summary>
public sealed class InterchangeableHandlerTests
{
    private static readonly ICredentialsProvider Ours = CredentialsProvider.Fixed(new ApiCredentials("key", "secret", "words"));
    private static readonly ICredentialsProvider OursToo = CredentialsProvider.Fixed(new ApiCredentials("key", "secret", "words"));
    private static readonly ICredentialsProvider Theirs = CredentialsProvider.Fixed(new ApiCredentials("another", "secret", "words"));

    public static TheoryData<string> Venues => [.. Makers.Keys];

    private static Dictionary<string, Func<ICredentialsProvider, ProtocolHandler>> Makers { get; } = new()
    {
        ["Bybit"] = credentials => new BybitHandler(BybitStream.Private, credentials),
        ["OKX"] = credentials => new OkxHandler(OkxStream.Private, credentials),
        ["Binance"] = credentials => new BinanceApiHandler(credentials),
        ["Deribit"] = credentials => new DeribitHandler(credentials),
    };

    [Theory]
    [MemberData(nameof(Venues))]
    public void Handlers_of_one_account_are_interchangeable_and_those_of_two_are_not(string venue)
    {
        var make = Makers[venue];

        Assert.True(make(Ours).IsInterchangeableWith(make(OursToo)));
        Assert.False(make(Ours).IsInterchangeableWith(make(Theirs)));
        Assert.False(make(Ours).IsInterchangeableWith(new GenericJsonHandler()));
    }

    [Fact]
    public void Handlers_of_two_sockets_are_not()
    {
        Assert.False(new BybitHandler(BybitStream.Private, Ours).IsInterchangeableWith(new BybitHandler(BybitStream.Trade, Ours)));
        Assert.False(new OkxHandler(OkxStream.Public).IsInterchangeableWith(new OkxHandler(OkxStream.Public, Ours)));
        Assert.False(new OkxHandler(OkxStream.Private, Ours).IsInterchangeableWith(new OkxHandler(OkxStream.Private, Ours, instruments: FixedCodes.Simulated)));
        Assert.False(new DeribitHandler().IsInterchangeableWith(new DeribitHandler(Ours)));
        Assert.False(new BinanceApiHandler(Ours).IsInterchangeableWith(new BinanceApiHandler(Ours, sessionLogon: true)));
        Assert.True(new BybitHandler(BybitStream.Linear).IsInterchangeableWith(new BybitHandler(BybitStream.Linear)));
        Assert.True(new DeribitHandler().IsInterchangeableWith(new DeribitHandler()));
        Assert.True(new BinanceStreamsHandler().IsInterchangeableWith(new BinanceStreamsHandler()));
    }

    [Fact]
    public void Providers_are_equal_where_their_keys_are_from_the_same_source()
    {
        Assert.Equal(CredentialsProvider.FromEnvironment("BYBIT"), CredentialsProvider.FromEnvironment("BYBIT"));
        Assert.NotEqual(CredentialsProvider.FromEnvironment("BYBIT"), CredentialsProvider.FromEnvironment("BYBIT_TWO"));
        Assert.NotEqual(CredentialsProvider.FromEnvironment("key"), Ours);
        Assert.Equal(Ours.GetHashCode(), OursToo.GetHashCode());
        Assert.Equal(CredentialsProvider.From(GetAsync), CredentialsProvider.From(GetAsync));
        Assert.NotEqual(CredentialsProvider.From(GetAsync), CredentialsProvider.From(_ => GetAsync(default)));
    }

    private static ValueTask<ApiCredentials> GetAsync(CancellationToken cancellationToken) => new(new ApiCredentials("key", "secret"));
}
