using System.Text;
using System.Text.Json;

namespace AkkaWs.Testing.Tests;

public sealed class CaptureFileTests
{
    [Fact]
    public void Each_line_of_the_text_format_becomes_its_record()
    {
        var capture = Parse("a.ws", """
            wss://one.test/feed <-> 1618677785.489609
            wss://one.test/feed <- 1618677786.5112152: {"op":"subscribe","args":["a: b <-> c"]}
            1618677786.801375: {"say":"x <- 1: y"}

            wss://two.test <-> 1618677790
            1618677791: plain: text

            """);

        Assert.Collection(
            capture.Records,
            record => Assert.Equal(new CaptureConnected(1, new Uri("wss://one.test/feed"), At("2021-04-17T16:43:05.4896090Z")), record),
            record =>
            {
                var sent = Assert.IsType<CaptureClientMessage>(record);
                Assert.Equal((2, """{"op":"subscribe","args":["a: b <-> c"]}"""), (sent.Line, sent.Text));
                Assert.Equal(At("2021-04-17T16:43:06.5112152Z"), sent.Time);
            },
            record =>
            {
                var received = Assert.IsType<CaptureServerMessage>(record);
                Assert.Equal((3, """{"say":"x <- 1: y"}""", new Uri("wss://one.test/feed")), (received.Line, received.Text, received.Url));
            },
            record => Assert.Equal(new CaptureConnected(5, new Uri("wss://two.test"), At("2021-04-17T16:43:10Z")), record),
            record => Assert.Equal((6, "plain: text", new Uri("wss://two.test")), (record.Line, Assert.IsType<CaptureServerMessage>(record).Text, record.Url)));
        Assert.Equal([new Uri("wss://one.test/feed"), new Uri("wss://two.test")], capture.Urls);
    }

    [Fact]
    public void Json_lines_keep_the_bytes_of_the_message()
    {
        var capture = Parse("a.jsonl", """
            {"dir":"out","url":"wss://one.test","msg":{"op":"subscribe", "n":1.50}}
            {"msg": [ 1,2 ] ,"url":"wss://two.test","dir":"in"}
            {"dir":"in","msg":"pong"}
            {"bare":true}
            """);

        Assert.Equal("""{"op":"subscribe", "n":1.50}""", Assert.Single(capture.ClientMessages).Text);
        Assert.Equal(["[ 1,2 ]", "pong", """{"bare":true}"""], capture.ServerMessages.Select(message => message.Text));
        Assert.Equal(new Uri("wss://two.test"), capture.ServerMessages[0].Url);
        Assert.All(capture.Records, record => Assert.Null(record.Time));
    }

    [Theory]
    [InlineData("a.ws", "1618677785.4: fine\nneither this nor that", 2)]
    [InlineData("a.ws", "16186777x5: time", 1)]
    [InlineData("a.ws", "no url <-> 1618677785", 1)]
    [InlineData("a.ws", "wss://one.test <- 1618677785", 1)]
    [InlineData("a.jsonl", "{\"fine\":1}\n\n{\"dir\":\"in\",", 3)]
    [InlineData("a.jsonl", "{\"dir\":\"sideways\",\"msg\":1}", 1)]
    public void A_line_of_no_known_format_is_named(string name, string content, int line)
    {
        var error = Assert.Throws<CaptureFormatException>(() => Parse(name, content));

        Assert.Equal((name, line), (error.File, error.Line));
    }

    [CapturesFact]
    public void Every_recording_parses_to_the_last_line()
    {
        var files = Directory.GetFiles(SharedData.Captures!).Where(file => Path.GetFileName(file) != "LICENSE").ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var capture = CaptureFile.Read(file);
            Assert.Equal(File.ReadLines(file).Count(line => line.Length > 0), capture.Records.Count);
            Assert.NotEmpty(capture.ServerMessages);
            Assert.All(capture.Records.OfType<CaptureMessage>(), message => JsonDocument.Parse(message.Utf8).Dispose());
            if (!file.EndsWith(".jsonl", StringComparison.Ordinal))
                Assert.True(capture.Records.Zip(capture.Records.Skip(1)).All(pair => pair.First.Time <= pair.Second.Time), file);
        }
    }

    private static CaptureFile Parse(string name, string content) => CaptureFile.Parse(name, Encoding.UTF8.GetBytes(content));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
