using System.Text;
using System.Text.Json;
using AkkaWs.Telemetry;

namespace AkkaWs.Tests.Telemetry;

public sealed class RedactorTests
{
    private const string Secret = "s3cr3t";

    [Theory]
    [InlineData("""{"op":"order","price":"1.5","qty":2}""", """{"op":"order","price":"1.5","qty":2}""")]
    [InlineData("""{"token":"s3cr3t","side":"Buy"}""", """{"token":***,"side":"Buy"}""")]
    [InlineData("""{"api_key" : "s3cr3t" , "a":1}""", """{"api_key" : *** , "a":1}""")]
    [InlineData("""{"listenKey":"s3cr3t"}""", """{"listenKey":***}""")]
    [InlineData("""{"data":{"passphrase":s3cr3t}}""", """{"data":{"passphrase":***}}""")]
    [InlineData("""{"sign":{"v":["s3cr3t","}"]},"ok":true}""", """{"sign":***,"ok":true}""")]
    [InlineData("""{"secret":"s3cr""", """{"secret":***""")]
    [InlineData("""{"secret":""", """{"secret":""")]
    [InlineData("""{"to\u006ben":"s3cr3t"}""", """{"to\u006ben":***}""")]
    [InlineData("""{"d":"{\"token\":\"s3cr3t\"}"}""", """{"d":***}""")]
    [InlineData("""{token:'s3cr3t',side:'Buy'}""", """{token:***,side:'Buy'}""")]
    [InlineData("a=1&signature=s3cr3t&b=2", "a=1&signature=***&b=2")]
    [InlineData("<html>502 Bad Gateway</html>", "<html>502 Bad Gateway</html>")]
    [InlineData("first\r\nsecond\0", "first  second ")]
    [InlineData("", "")]
    [InlineData("\"", "\"")]
    public void Values_of_names_that_look_secret_are_masked_and_the_rest_stays(string payload, string expected)
    {
        var excerpt = Redactor.Excerpt(Encoding.UTF8.GetBytes(payload));

        Assert.Equal(expected, excerpt);
        Assert.DoesNotContain(Secret, excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_long_for_a_word_is_masked_even_without_a_name() =>
        Assert.Equal("""["pub",***]""", Redactor.Excerpt(Encoding.UTF8.GetBytes($"""["pub","{new string('a', 64)}"]""")));

    [Fact]
    public void Only_the_first_bytes_are_shown_and_no_half_character()
    {
        var excerpt = Redactor.Excerpt(Encoding.UTF8.GetBytes("[" + string.Concat(Enumerable.Repeat("\"é\",", 100))));

        Assert.EndsWith("…", excerpt, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', excerpt);
        Assert.InRange(Encoding.UTF8.GetByteCount(excerpt), Redactor.MaxLength - 2, Redactor.MaxLength + 3);
    }

    [Fact]
    public void No_secret_survives_wherever_the_payload_breaks_off()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(new { op = "auth", args = new { apiKey = Secret, nested = new[] { new { refresh_token = Secret } }, note = "fine" }, tail = 1 });

        for (var length = 0; length <= payload.Length; length++)
            Assert.DoesNotContain("s3c", Redactor.Excerpt(payload.AsSpan(0, length)), StringComparison.Ordinal);
    }
}
