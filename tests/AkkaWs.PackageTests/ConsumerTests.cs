namespace AkkaWs.PackageTests;

[Collection("packages")]
public sealed class ConsumerTests(BuiltPackages packages)
{
    [Theory]
    [MemberData(nameof(BuiltPackages.Ids), MemberType = typeof(BuiltPackages))]
    public void A_consumer_gets_the_packages_just_packed(string id) => Assert.Equal(packages.PackedBytes(id), packages.Restored(id));

    [Fact]
    public async Task The_readmes_first_program_prints_trades()
    {
        await using var exchange = packages.Start("Exchange");
        await using var program = packages.Start("FirstProgram", await exchange.ReadLineAsync("ws://"));

        for (var trade = 1; trade <= 2; trade++)
            Assert.StartsWith("{\"topic\":\"publicTrade.BTCUSDT\"", await program.ReadLineAsync("{"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_in_a_host_receives_trades_and_stops()
    {
        await using var exchange = packages.Start("Exchange");

        var outcome = await packages.RunAsync("HostedWorker", await exchange.ReadLineAsync("ws://"));

        Assert.Contains("publicTrade.BTCUSDT #3", outcome.Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ASP_NET_Core_application_with_implicit_usings_serves_trades_and_is_healthy()
    {
        await using var exchange = packages.Start("Exchange");

        var outcome = await packages.RunAsync("WebApplication", await exchange.ReadLineAsync("ws://"));

        Assert.Contains("/hosted: {\"topic\":\"publicTrade.BTCUSDT\"", outcome.Succeeded(), StringComparison.Ordinal);
        Assert.Contains("/own: {\"topic\":\"publicTrade.BTCUSDT\"", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("/health: Healthy", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_users_test_passes_with_the_TestKit_of_xunit_2()
    {
        var outcome = await packages.TestAsync("TestKitXunit2");

        Assert.Matches(@"Passed: +1\b", outcome.Succeeded());
    }

    [Fact]
    public async Task A_users_test_passes_with_the_TestKit_of_xunit_v3()
    {
        var outcome = await packages.RunAsync("TestKitXunit3");

        Assert.Matches(@"Total: 1, Errors: 0, Failed: 0, Skipped: 0\b", outcome.Succeeded());
    }
}
