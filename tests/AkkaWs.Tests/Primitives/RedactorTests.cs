using System.Text;
using System.Text.Json;
using AkkaWs.Primitives;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Primitives;

public sealed class RedactorTests
{
    private const string Secret = "s3cr3t";

    private static readonly (string Before, string After)[] Places =
    [
        ("{\"a\":1,\"api_key\":\"", "\",\"b\":2}"), ("{\"d\":[{\"token\":[1,\"", "\"]}]}"), ("{\"op\":\"auth\",\"args\":[\"x\",\"", "\"]}"), ("{\"h\":\"Bearer ", "\"}"),
        ("x Bearer ", ""), ("a=1&sign=", "&b=2"), ("\"wss://h/x?signature=", "\""), ("passphrase: ", "\r\n"), ("'apiKey' : '", "'"),
    ];

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
    [InlineData("[\"\u202eevil\u2028\"]", "[\"\\u202Eevil\\u2028\"]")]
    [InlineData("", "")]
    [InlineData("\"", "\"")]
    public void Values_of_names_that_look_secret_are_masked_and_the_rest_stays(string payload, string expected)
    {
        var excerpt = Redactor.Excerpt(Encoding.UTF8.GetBytes(payload));

        Assert.Equal(expected, excerpt);
        Assert.DoesNotContain(Secret, excerpt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"op":"auth","args":["s3cr3t",1662350400000,"5167"]}""")]
    [InlineData("""{"args":["s3cr3t"],"op":"auth"}""")]
    [InlineData("""{"method":"public/auth","params":{"grant_type":"s3cr3t"}}""")]
    [InlineData("""{"id":"1","method":"session.logon","params":["s3cr3t"]}""")]
    [InlineData("""{"d":"{\"op\":\"login\",\"args\":[\"s3cr3t\"]}"}""")]
    [InlineData("auth|s3cr3t")]
    [InlineData("LOGIN s3cr3t")]
    [InlineData("cmd=logon&key1=s3cr3t")]
    [InlineData("\u0001\u0002\u0003s3cr3t")]
    public void Nothing_of_a_login_or_of_what_is_no_text_is_shown(string payload) => Assert.Equal("(not shown)", Redactor.Excerpt(Encoding.UTF8.GetBytes(payload)));

    [Theory]
    [InlineData("""{"pwd":"s3cr3t","sig":"s3cr3t","pin":1234,"a":1}""", """{"pwd":***,"sig":***,"pin":***,"a":1}""")]
    [InlineData("""{"h":"Bearer s3cr3t"}""", """{"h":***}""")]
    [InlineData("Bearer s3cr3t rest", "Bearer *** rest")]
    [InlineData("h Basic s3cr3t==", "h Basic ***")]
    [InlineData("""["985d5b66-57ce-40fb-b714-afc0b9787083"]""", "[***]")]
    [InlineData("""["4f9a8b7c6d5e4f3a"]""", "[***]")]
    [InlineData("""["dGhp+c3Mz/Y3IzdA=="]""", "[***]")]
    [InlineData("""["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyM3QifQ.c2ln"]""", "[***]")]
    [InlineData("""{"result":{"access_token":"s3cr3t","expires_in":900}}""", """{"result":{"access_token":***,"expires_in":900}}""")]
    [InlineData("""{"reqId":"01ARZ3NDEKTSV4RRFFQ69G5FAV","orderId":"985d5b66-57ce-40fb-b714-afc0b9787083"}""", """{"reqId":"01ARZ3NDEKTSV4RRFFQ69G5FAV","orderId":"985d5b66-57ce-40fb-b714-afc0b9787083"}""")]
    [InlineData("""{"stream":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1","e":1}""", """{"stream":***,"e":1}""")]
    [InlineData("""{"op":"order.create","args":[{"symbol":"BTCUSDT","side":"Buy","qty":"0.01","sessionAvgPrice":"1","timeInForce":"GTC"}]}""", """{"op":"order.create","args":[{"symbol":"BTCUSDT","side":"Buy","qty":"0.01","sessionAvgPrice":"1","timeInForce":"GTC"}]}""")]
    [InlineData("""{"code":"60012","msg":"token expired"}""", """{"code":"60012","msg":"token expired"}""")]
    public void What_looks_like_a_key_is_masked_whatever_its_name_and_what_tells_messages_apart_is_not(string payload, string expected) =>
        Assert.Equal(expected, Redactor.Excerpt(Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void Nothing_is_shown_of_what_is_known_to_be_sensitive() => Assert.Equal("(not shown)", Redactor.Excerpt("{}"u8, isSensitive: true));

    [Theory]
    [InlineData("wss://example.com/v5/public/linear", "wss://example.com/v5/public/linear")]
    [InlineData("wss://me:s3cr3t@example.com:444/a?token=s3cr3t#s3cr3t", "wss://example.com:444/a")]
    [InlineData("wss://example.com/ws/pqia91ma19a5s61cv6a81va65sdf19v8/end", "wss://example.com/ws/…/end")]
    [InlineData("wss://example.com/ws/aB3dE5gH7jK9", "wss://example.com/ws/…")]
    [InlineData("wss://example.com/token/s3cr3t/listen-key/s3cr3t/end", "wss://example.com/token/…/listen-key/…/end")]
    [InlineData("wss://example.com/token=s3cr3t/a;key=s3cr3t/s3%20cr3t", "wss://example.com/…/…/…")]
    [InlineData("wss//host/path?token=s3cr3t", "wss//host/path…")]
    [InlineData("wss://me:s3cr3t@ho st/token/s3cr3t", "wss://…@ho st/token/…")]
    [InlineData("me:s3cr3t@host", "…@host")]
    [InlineData("ws//pqia91ma19a5s61cv6a81va65sdf19v8/x", "ws//…/x")]
    [InlineData("wss://stream.example.com:x?a#b", "wss://stream.example.com:x…")]
    [InlineData("http://me#s3cr3t@host", "http://…@host")]
    [InlineData("pqia91ma19a5s61cv6a81va65sdf19v8/x\r\u001b[2J\u202e", "…/x\\r\\u001B[2J\\u202E")]
    [InlineData("", "")]
    public void A_URL_shows_scheme_host_port_and_path_without_what_may_be_a_key(string url, string expected) => Assert.Equal(expected, Redactor.Url(url));

    [Theory]
    [InlineData("apiKey=s3cr3t", "apiKey=***")]
    [InlineData("refused {\"sign\":\"s3cr3t\",\"a\":1}", "refused {\"sign\":***,\"a\":1}")]
    [InlineData("Authorization: Bearer s3cr3t\nnext", "Authorization: ***\nnext")]
    [InlineData("with 'Bearer s3cr3t' in it", "with 'Bearer ***' in it")]
    [InlineData("cannot get 'https://me:s3cr3t@api.example/x?signature=s3cr3t' now", "cannot get 'https://api.example/x' now")]
    [InlineData("it isn't 4f9a8b7c6d5e4f3a", "it isn't ***")]
    public void Other_peoples_words_lose_what_looks_secret(string words, string expected) => Assert.Equal(expected, Redactor.Words(words));

    [Theory]
    [InlineData("Connection refused (127.0.0.1:443)")]
    [InlineData("The remote certificate is invalid because of errors in the certificate chain: PartialChain")]
    [InlineData("Unable to cast object of type 'System.Collections.Generic.Dictionary`2[System.String,System.Int32]' to type 'AkkaWs.Protocol.OutboundMessage'.")]
    [InlineData("The given key 'BTCUSDT' was not present in the dictionary.")]
    [InlineData("Could not find file '/app/config/appsettings.json'.")]
    [InlineData("The token has expired; don't use it.")]
    [InlineData("'u' is an invalid start of a value. Path: $.data | LineNumber: 0 | BytePositionInLine: 1.")]
    [InlineData("cannot reach ws://127.0.0.1:8080, or wss://example.com/v5/public.")]
    [InlineData("first\r\nsecond")]
    [InlineData("")]
    [InlineData("Connection refused (ws-auth.example.com:443)")]
    public void Ordinary_words_are_left_as_they_are(string words) => Assert.Same(words, Redactor.Words(words));

    [Fact]
    public void No_secret_is_shown_where_its_place_tells_it() => Prop.ForAll(Secrets().Zip(Gen.Elements(Places)).ToArbitrary(), planted =>
    {
        var (secret, (before, after)) = planted;
        Assert.DoesNotContain(secret, Redactor.Excerpt(Encoding.UTF8.GetBytes(before + secret + after)), StringComparison.Ordinal);
        Assert.True(before.Contains("auth", StringComparison.Ordinal) || !Redactor.Words(before + secret + after).Contains(secret, StringComparison.Ordinal));
    }).Check(Checks.Default.WithMaxTest(2_000));

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

    private static Gen<string> Secrets() =>
        from length in Gen.Choose(16, 64)
        from letters in Gen.Elements("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-".ToCharArray()).ArrayOf(length)
        select new string(letters);
}
