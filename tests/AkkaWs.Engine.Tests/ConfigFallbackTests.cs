using Akka.Configuration;

namespace AkkaWs.Engine.Tests;

public sealed class ConfigFallbackTests
{
    private static Config Parse(string hocon) => ConfigurationFactory.ParseString(hocon);

    [Fact]
    public void A_key_is_looked_up_through_all_fallbacks()
    {
        var config = Parse("a = 1").WithFallback(Parse("a = 2\nb = 3")).WithFallback(Parse("c = 4\nb = 5"));
        Assert.Equal([1, 3, 4], new[] { "a", "b", "c" }.Select(path => config.GetInt(path)));
    }

    [Fact]
    public void Objects_are_joined_key_by_key()
    {
        var config = Parse("a { x = 1 }").WithFallback(Parse("a { x = 2, y = 3 }"));
        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(3, config.GetConfig("a").GetInt("y"));
    }

    [Fact]
    public void A_plain_value_hides_an_object_and_an_object_a_plain_value()
    {
        Assert.Equal("none", Parse("a = 1").WithFallback(Parse("a { y = 3 }")).GetString("a.y", "none"));
        Assert.Null(Parse("a { y = 3 }").WithFallback(Parse("a = 1")).GetString("a", "none"));
        Assert.Null(Parse("a = null").WithFallback(Parse("a = 2")).GetString("a", "none"));
    }

    [Fact]
    public void A_configuration_cannot_fall_back_on_itself()
    {
        var config = Parse("a = 1");
        Assert.Throws<ArgumentException>(() => config.WithFallback(config));
    }

    [Fact]
    public void Either_side_may_be_absent_in_a_safe_fallback()
    {
        Assert.Equal(1, ((Config)null!).SafeWithFallback(Parse("a = 1")).GetInt("a"));
        Assert.Equal(1, Parse("a = 1").SafeWithFallback(null!).GetInt("a"));
        Assert.Equal(1, Config.Empty.SafeWithFallback(Parse("a = 1")).GetInt("a"));
    }

    [Fact]
    public void Only_what_has_no_key_is_empty()
    {
        Assert.True(Parse("").IsEmpty);
        Assert.True(Parse("{}").IsEmpty);
        Assert.True(new Config().IsEmpty);
        Assert.True(Parse("a {}").GetConfig("a").IsNullOrEmpty());
        Assert.False(Config.Empty.WithFallback(Parse("a = 1")).IsEmpty);
        Assert.False(Parse("a = 1").IsEmpty);
    }

    [Fact]
    public void The_text_of_a_configuration_reads_back_the_same()
    {
        var config = Parse("a { b = 1, c = [1, 2, \"x y\"] }").WithFallback(Parse("a { d = 2 }\ne = \"p q\""));
        var back = Parse(config.ToString(includeFallback: true));
        Assert.Equal(1, back.GetInt("a.b"));
        Assert.Equal(["1", "2", "x y"], back.GetStringList("a.c"));
        Assert.Equal(2, back.GetInt("a.d"));
        Assert.Equal("p q", back.GetString("e"));
        Assert.False(Parse(config.ToString()).HasPath("e"));
    }

    [Fact]
    public void The_top_level_keys_can_be_listed() =>
        Assert.Equal(["a", "b", "z"], Parse("a = 1\nb { c = 2 }").WithFallback(Parse("z = 1\nb { d = 1 }")).AsEnumerable().Select(entry => entry.Key).Order());

    [Fact]
    public void A_text_stands_for_the_configuration_it_holds()
    {
        Config config = "a = 1";
        Assert.Equal(2, (config + "b = 2").GetInt("b"));
        Assert.Equal(1, ("a = 1" + Parse("a = 3")).GetInt("a"));
    }

    [Fact]
    public void The_engines_own_defaults_are_at_hand() =>
        Assert.Equal("INFO", ConfigurationFactory.Default().GetString("akka.loglevel"));
}
