using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Tests.Options;

public sealed class OptionCatalogTests
{
    private static readonly WebSocketClientOptions Defaults = new() { Name = "catalog", Url = new Uri("wss://example.com") };

    [Fact]
    public void It_has_every_key_of_the_reference_and_name_and_url()
    {
        var reference = HoconOptionsReader.Reference.GetConfig("akka-ws.connection-defaults");

        Assert.All(OptionCatalog.All.Where(option => option.Key is not ("name" or "url")), option => Assert.True(reference.HasPath(option.Key), option.Key));
        Assert.Equal(OptionCatalog.All.Count, OptionCatalog.All.DistinctBy(option => option.Key).Count());
    }

    [Fact]
    public void Lists_and_dictionaries_differ_by_what_is_in_them()
    {
        var one = Defaults with { Headers = [new("a", "1")], Reconnect = new() { Classes = Classes(ErrorClass.Dns, 1) } };
        var same = Defaults with { Headers = [new("a", "1")], Reconnect = new() { Classes = Classes(ErrorClass.Dns, 1) } };
        var other = Defaults with { Headers = [new("a", "2")], Reconnect = new() { Classes = Classes(ErrorClass.Dns, 2) } };

        Assert.Empty(OptionCatalog.Differences(one, same));
        Assert.Equal(["headers", "reconnect.classes"], OptionCatalog.Differences(one, other).Select(option => option.Key));
    }

    [Fact]
    public void A_change_leaves_what_takes_a_new_connection()
    {
        var wanted = new WebSocketClientOptions
        {
            Name = "other",
            Url = new Uri("wss://example.org"),
            Subscriptions = new() { BatchCredits = 3, MaxTopics = 5 },
            Rates = new() { Outgoing = new() { Limit = 1 }, ConnectionAttempts = new() { Limit = 1 } },
        };

        var left = OptionCatalog.Differences(OptionCatalog.Change(Defaults, wanted), wanted);

        Assert.NotEmpty(left);
        Assert.All(left, option => Assert.Equal(OptionScope.Reopening, option.Scope));
        Assert.Equal(OptionCatalog.Differences(Defaults, wanted).Where(option => option.Scope == OptionScope.Reopening), left);
    }

    private static Dictionary<ErrorClass, ClassReconnectOptions> Classes(ErrorClass of, int attempts) => new() { [of] = new ClassReconnectOptions { MaxAttempts = attempts } };
}
