using Akka.Configuration;

namespace AkkaWs.Engine.Tests;

public sealed class ConfigReadingTests
{
    [Theory]
    [InlineData("a = 1", "a", "1")]
    [InlineData("a : 1", "a", "1")]
    [InlineData("a = hello world # comment", "a", "hello world")]
    [InlineData("a = hello world // comment", "a", "hello world")]
    [InlineData("a = 1 # c\n # d\nb = 3", "b", "3")]
    [InlineData("a = \"x y\"", "a", "x y")]
    [InlineData("a = \"\"\"x \"q\"\n y\"\"\"", "a", "x \"q\"\n y")]
    [InlineData("a = \"x\\n\\t\\\"y\\u0041\"", "a", "x\n\t\"yA")]
    [InlineData("a = \"x\" \"y\"", "a", "x y")]
    [InlineData("a = \"x\"y", "a", "xy")]
    [InlineData("a = \"http://x\"", "a", "http://x")]
    [InlineData("a = /x/y", "a", "/x/y")]
    [InlineData("a =\n 1", "a", "1")]
    [InlineData("a.b.c = 1", "a.b.c", "1")]
    [InlineData("a { b = 1 }", "a.b", "1")]
    [InlineData("a = { b = 1 }", "a.b", "1")]
    [InlineData("a\n{ b = 1 }", "a.b", "1")]
    [InlineData("{ a = 1, b = 2 }", "b", "2")]
    [InlineData("a = 1\r\nb = 2\r\n", "a", "1")]
    [InlineData("\"a.b\" = 1", "\"a.b\"", "1")]
    [InlineData("a.\"b.c\" = 1", "a.\"b.c\"", "1")]
    [InlineData("\"/a/*\" { x = 1 }", "\"/a/*\".x", "1")]
    [InlineData("a { b = 1 }\na { c = 2 }", "a.b", "1")]
    [InlineData("a = { b = 1 } { c = 2 }", "a.c", "2")]
    [InlineData("a = 1\na = 2", "a", "2")]
    [InlineData("{ a = 1", "a", "1")]
    public void A_value_is_found_at_its_path(string hocon, string path, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString(path));

    [Theory]
    [InlineData("a { b = 1 }\na = 3\na { c = 2 }", "a.b")]
    [InlineData("\"a.b\" = 1", "a.b")]
    [InlineData("a = null", "a")]
    [InlineData("a = [1]", "a")]
    [InlineData("a {}", "a")]
    [InlineData("a = 1", "b")]
    [InlineData("b = ${?zzz}", "b")]
    public void What_is_no_text_reads_as_null(string hocon, string path) =>
        Assert.Null(ConfigurationFactory.ParseString(hocon).GetString(path));

    [Theory]
    [InlineData("a = 1\nb = ${a}", "1")]
    [InlineData("b = ${a}\na = 1", "1")]
    [InlineData("a = 1\nb = p ${a} q", "p 1 q")]
    [InlineData("a = 1\nb = \"p \"${a}\" q\"", "p 1 q")]
    public void A_substitution_takes_the_value_from_anywhere_in_the_same_text(string hocon, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString("b"));

    [Fact]
    public void A_substituted_object_takes_further_keys() =>
        Assert.Equal("2", ConfigurationFactory.ParseString("b = { x = 1 }\na = ${b} { x = 2 }").GetString("a.x"));

    [Fact]
    public void A_substitution_does_not_look_into_fallbacks() =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("a = ${b}").WithFallback(ConfigurationFactory.ParseString("b = 2")));

    [Fact]
    public void An_unresolved_substitution_is_named() =>
        Assert.Contains("zzz", Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("b = ${zzz}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a =")]
    [InlineData("a = $x")]
    [InlineData("a = @x")]
    [InlineData("a = x\\ny")]
    public void A_malformed_value_is_refused_with_its_line(string hocon) =>
        Assert.Contains(hocon, Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a = http://x")]
    [InlineData("a = b=c")]
    public void An_unquoted_value_with_an_assignment_in_it_is_refused(string hocon) =>
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon));

    [Theory]
    [InlineData("a = [1,2]", "1|2")]
    [InlineData("a = [1\n2\n]", "1|2")]
    [InlineData("a = [1,2,]", "1|2")]
    [InlineData("a = [\"x y\", z w]", "x y|z w")]
    [InlineData("a = [1] [2]", "1|2")]
    [InlineData("a = [1, # c\n 2]", "1|2")]
    [InlineData("a = []", "")]
    [InlineData("a = x", "")]
    [InlineData("b = 1", "")]
    public void An_array_is_a_list_of_texts(string hocon, string expected) =>
        Assert.Equal(expected, string.Join('|', ConfigurationFactory.ParseString(hocon).GetStringList("a")));

    [Fact]
    public void Includes_are_answered_by_the_callback() =>
        Assert.Equal("foo", ConfigurationFactory.ParseString(
            "a { include \"foo\" }",
            name => new Akka.Configuration.Hocon.HoconRoot(ConfigurationFactory.ParseString("x = " + name).Root)).GetString("a.x"));

    [Fact]
    public void An_object_becomes_a_configuration()
    {
        var config = ConfigurationFactory.FromObject(new { a = 1, b = new { c = "x y" }, l = new[] { 1, 2 } });
        Assert.Equal("1 x y 12", $"{config.GetInt("a")} {config.GetString("b.c")} {string.Concat(config.GetIntList("l"))}");
    }

    [Fact]
    public void A_missing_resource_is_an_error() =>
        Assert.ThrowsAny<ArgumentException>(() => ConfigurationFactory.FromResource<ConfigReadingTests>("no such resource"));
}
