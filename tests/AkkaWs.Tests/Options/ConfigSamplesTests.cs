using Akka.Configuration;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Options;

public sealed class ConfigSamplesTests
{
    [Theory]
    [InlineData("bybit-linear", 20, 30)]
    [InlineData("bybit-private", 20, 5)]
    public void The_sample_configuration_is_read_and_valid(string name, int pingSeconds, int requestSeconds)
    {
        var config = ConfigurationFactory.ParseString(File.ReadAllText(Repository.PathOf("config", "trading.conf")));

        var options = HoconOptionsReader.Read(config, name);

        Assert.Empty(OptionsValidator.Validate(options));
        Assert.Equal(TimeSpan.FromSeconds(pingSeconds), options.Heartbeat.PingInterval);
        Assert.Equal(TimeSpan.FromSeconds(requestSeconds), options.Requests.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Reconnect.MaxDelay);
    }
}
