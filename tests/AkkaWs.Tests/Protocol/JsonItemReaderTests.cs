using System.Text;
using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Protocol;

public sealed class JsonItemReaderTests
{
    [Theory]
    [InlineData("[]", "")]
    [InlineData(" [ ] ", "")]
    [InlineData("""[1668,{"a":["x",{}]},"ticker","WAVES/EUR"]""", """1668|{"a":["x",{}]}|"ticker"|"WAVES/EUR" """)]
    [InlineData(" [ true ,\tnull\r\n, -1.5e3 , [ [ ] ] ] ", "true|null|-1.5e3|[ [ ] ]")]
    [InlineData("""["]","\"]",{"]":"["}]""", """ "]"|"\"]"|{"]":"["}""")]
    public void Items_come_in_order_without_being_parsed(string json, string items)
    {
        var read = Items(json, out var complete);

        Assert.Equal(items.Trim(), string.Join("|", read));
        Assert.True(complete);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("1")]
    [InlineData("[")]
    [InlineData("[1")]
    [InlineData("[1,")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1 2]")]
    [InlineData("[1]]")]
    [InlineData("[tru]")]
    [InlineData("""["a]""")]
    public void What_is_no_array_is_malformed(string json)
    {
        Items(json, out var complete);

        Assert.False(complete);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_agrees_with_JsonDocument_on_whole_arrays_and_ends_on_anything_else(int seed)
    {
        var random = new Random(seed);
        byte[] alphabet = [.. "[]{}\",:\\ \n1-.etfn"u8];
        for (var round = 0; round < 20_000; round++)
        {
            var json = Enumerable.Range(0, random.Next(1, 12)).Select(_ => (char)alphabet[random.Next(alphabet.Length)]).ToArray();
            var text = "[" + new string(json) + "]";
            var items = Items(text, out var complete);
            if (Parse(text) is not { } document)
                continue;
            using (document)
            {
                Assert.True(complete, text);
                Assert.Equal(document.RootElement.EnumerateArray().Select(item => item.GetRawText()), items);
            }
        }
    }

    private static JsonDocument? Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<string> Items(string json, out bool complete)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        List<string> items = [];
        var reader = new JsonItemReader(bytes);
        while (reader.Next())
            items.Add(Encoding.UTF8.GetString(reader.Value.Of(bytes)));
        complete = reader.IsComplete;
        Assert.NotEqual(reader.IsComplete, reader.IsMalformed);
        Assert.False(reader.Next());
        return items;
    }
}
