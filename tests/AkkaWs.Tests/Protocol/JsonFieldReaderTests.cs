using System.Text;
using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Protocol;

public sealed class JsonFieldReaderTests
{
    [Fact]
    public void Fields_come_in_order_with_name_value_and_kind()
    {
        var fields = JsonFields.Of(""" { "a" : "x" , "b":-1.5e3,"c":true,"d":false,"e":null,"f":{"a":[1]},"g":[[],{}], "h":"" } """, out var complete);

        Assert.True(complete);
        Assert.Equal(
            [
                new("a", "\"x\"", JsonValueKind.String),
                new("b", "-1.5e3", JsonValueKind.Number),
                new("c", "true", JsonValueKind.True),
                new("d", "false", JsonValueKind.False),
                new("e", "null", JsonValueKind.Null),
                new("f", """{"a":[1]}""", JsonValueKind.Object),
                new("g", "[[],{}]", JsonValueKind.Array),
                new("h", "\"\"", JsonValueKind.String),
            ],
            fields);
    }

    [Fact]
    public void Duplicates_come_each_time() =>
        Assert.Equal(["1", "2"], JsonFields.Of("""{"a":1,"a":2}""", out _).Select(field => field.Value));

    [Theory]
    [InlineData("{}")]
    [InlineData(" \r\n\t{ \r\n\t} \r\n\t")]
    public void An_empty_object_is_complete(string json)
    {
        Assert.Empty(JsonFields.Of(json, out var complete));
        Assert.True(complete);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[1]")]
    [InlineData("ping")]
    [InlineData("\"{}\"")]
    [InlineData("{")]
    [InlineData("{,}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 \"b\":2}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1}}")]
    [InlineData("{\"a\":1} x")]
    [InlineData("{\"a\":tru}")]
    [InlineData("{\"a\":nul")]
    [InlineData("{\"a\":truely}")]
    [InlineData("{\"a\":\"x}")]
    [InlineData("{\"a\":\"x\\\"}")]
    [InlineData("{\"a\":[1,2}")]
    [InlineData("{\"a\":{\"b\":\"}\"}")]
    [InlineData("{\"a")]
    [InlineData("{\"a\\")]
    public void What_is_no_JSON_object_ends_as_malformed_and_stays_so(string json)
    {
        var reader = new JsonFieldReader(Encoding.UTF8.GetBytes(json));
        while (reader.Next())
        {
        }

        Assert.True(reader.IsMalformed);
        Assert.False(reader.IsComplete);
        Assert.False(reader.Next());
        Assert.Equal(0, reader.Name.Length);
        Assert.Equal(default, reader.Value);
    }

    [Theory]
    [InlineData("topic", true)]
    [InlineData("to\\u0070ic", true)]
    [InlineData("\\u0074\\u006f\\u0070\\u0069\\u0063", true)]
    [InlineData("to\\ppic", false)]
    [InlineData("to\\u00ZZic", false)]
    [InlineData("to\\ud800ic", false)]
    [InlineData("topics", false)]
    [InlineData("topi", false)]
    [InlineData("\\\"topic", false)]
    public void Names_are_compared_with_their_escapes_resolved(string name, bool same)
    {
        var reader = new JsonFieldReader(Encoding.UTF8.GetBytes($$"""{"{{name}}":1}"""));

        Assert.True(reader.Next());
        Assert.Equal(same, reader.NameIs("topic"u8));
        Assert.False(reader.Next());
        Assert.True(reader.IsComplete);
    }

    [Theory]
    [InlineData("""a\"b\\\/\n\u00e9\ud83d\ude00""", "a\"b\\/\né😀")]
    [InlineData("""broken \x stays""", """broken \x stays""")]
    [InlineData("""half \ud800 stays""", """half \ud800 stays""")]
    [InlineData("plain é", "plain é")]
    public void Text_is_read_with_its_escapes_resolved_where_they_are_whole(string text, string expected)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"a":"{{text}}"}""");
        var reader = new JsonFieldReader(json);

        Assert.True(reader.Next());
        Assert.Equal(expected, reader.Value.GetText(json));
        Assert.Equal(text, Encoding.UTF8.GetString(reader.Value.TextOf(json)));
        Assert.Equal(text == expected || !text.Contains("stays", StringComparison.Ordinal), reader.Value.TextIs(json, Encoding.UTF8.GetBytes(expected)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(1_000_000)]
    public void Depth_costs_no_stack(int depth)
    {
        var nested = string.Concat(Enumerable.Repeat("""{"k":["]}",""", depth)) + "1" + string.Concat(Enumerable.Repeat("]}", depth));

        var fields = JsonFields.Of($$"""{"deep":{{nested}},"after":1}""", out var complete);

        Assert.True(complete);
        Assert.Equal(["deep", "after"], fields.Select(field => field.Name));
        Assert.Equal(nested, fields[0].Value);
    }

    [Fact]
    public void Quotes_brackets_and_backslashes_are_told_apart_at_every_offset()
    {
        string[] texts = ["", "\\\\", "\\\"", "\\\\\\\"", "]}", "{[", "\\\\\\\\", "\\\"]\\\\"];
        for (var padding = 0; padding < 70; padding++)
        {
            foreach (var text in texts)
            {
                var nested = $$"""["{{new string('x', padding)}}{{text}}",{"{{text}}":[]}]""";
                var fields = JsonFields.Of($$"""{"a":{{nested}},"b":"{{new string('y', padding)}}{{text}}"}""", out var complete);

                Assert.True(complete);
                Assert.Equal(nested, fields[0].Value);
                Assert.Equal($"\"{new string('y', padding)}{text}\"", fields[1].Value);
            }
        }
    }

    [Fact]
    public void A_nested_object_is_read_from_its_slice()
    {
        var json = """{"data":{"u":7,"seq":8}}"""u8;
        var outer = new JsonFieldReader(json);
        Assert.True(outer.Next());

        var inner = new JsonFieldReader(outer.Value.Of(json));

        Assert.True(inner.Next());
        Assert.True(inner.NameIs("u"u8));
        Assert.Equal("7"u8, inner.Value.Of(outer.Value.Of(json)));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var json = """{"ts":1786613159749,"to\u0070ic":"orderbook.1.BTCUSDT","data":{"s":"BTCUSDT","b":[["63705.3","2.045546"]]},"cts":1}"""u8.ToArray();
        _ = Count(json);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var found = 0;
        for (var i = 0; i < 1_000; i++)
            found += Count(json);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1_000, found);

        static int Count(byte[] json)
        {
            var found = 0;
            var reader = new JsonFieldReader(json);
            while (reader.Next())
                found += reader.NameIs("topic"u8) ? 1 : 0;
            return found;
        }
    }
}
