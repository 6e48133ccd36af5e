using System.Text.RegularExpressions;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Primitives;

public sealed partial class OutsideTextTests
{
    [Theory]
    [InlineData("a\r\nb\tc", @"a\r\nb\tc")]
    [InlineData("\0\u001b[2J\u0007", @"\u0000\u001B[2J\u0007")]
    [InlineData("\u007f\u0085\u009b", @"\u007F\u0085\u009B")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    [InlineData("\u061c\u200e\u200f\u202a\u202e\u2066\u2069", @"\u061C\u200E\u200F\u202A\u202E\u2066\u2069")]
    public void What_could_forge_or_steer_is_escaped(string text, string shown)
    {
        Assert.Equal(shown, OutsideText.Line(text));
        Assert.Equal(shown, OutsideText.Escape(text));
        Assert.Equal(shown, OutsideText.Of(new FormatException(text)));
    }

    [Fact]
    public void Half_a_pair_is_escaped() => Assert.Equal(@"\uD800x\uDC00", OutsideText.Line("\ud800x\udc00"));

    [Theory]
    [InlineData("")]
    [InlineData("insufficient margin: 12 < 13 \"BTC\" \\ <b>")]
    [InlineData("Kontostand ungenügend, 余额不足, \ud83d\ude80")]
    public void What_is_harmless_is_the_same_instance(string text)
    {
        Assert.Same(text, OutsideText.Line(text));
        Assert.Same(text, OutsideText.Escape(text));
    }

    [Fact]
    public void Nothing_is_an_empty_line() => Assert.Equal("", OutsideText.Line(null));

    [Theory]
    [InlineData("abcd", 4, "abcd")]
    [InlineData("abcde", 4, "abc…")]
    [InlineData("ab\ud83d\ude80", 4, "ab\ud83d\ude80")]
    [InlineData("abc\ud83d\ude80", 4, "abc…")]
    [InlineData("ab\ud83d\ude80c", 4, "ab…")]
    [InlineData("ab\r", 4, @"ab\r")]
    [InlineData("abc\r", 4, "abc…")]
    [InlineData("a\u001bbc", 8, @"a\u001B…")]
    [InlineData("a\u001bb", 7, "a…")]
    public void A_long_text_is_cut_between_characters(string text, int most, string shown) => Assert.Equal(shown, OutsideText.Line(text, most));

    [Fact]
    public void Any_text_is_one_short_line_and_stays_it() =>
        Prop.ForAll(Texts().ToArbitrary(), Gen.Choose(8, 60).ToArbitrary(), (text, most) =>
        {
            var line = OutsideText.Line(text, most);

            Assert.InRange(line.Length, 0, most);
            Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e'));
            Assert.Same(line, OutsideText.Line(line, most));
            Assert.Equal(line, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(line)));
        }).Check(Checks.Default);

    [Fact]
    public void A_cause_that_may_be_shown_is_left_as_it_is()
    {
        var plain = new InvalidOperationException("outer", new AggregateException(new FormatException("first"), new FormatException("second")));

        Assert.Same(plain, OutsideText.Cause(plain));
        Assert.Null(OutsideText.Cause(null));
        var ours = new NotSentException("bybit", new string('x', 100_000));
        Assert.Same(ours, OutsideText.Cause(ours));
    }

    [Fact]
    public void A_value_out_of_range_is_left_as_it_is_where_its_value_may_be_shown()
    {
        var plain = new ArgumentOutOfRangeException("price", -2, "must be positive");
        var hostile = new ArgumentOutOfRangeException("price", "\r\nFORGED", "must be positive");

        Assert.Same(plain, OutsideText.Cause(plain));
        Assert.Contains(@"\r\nFORGED", OutsideText.Cause(hostile)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cause_that_may_not_be_shown_has_a_stand_in_that_names_it()
    {
        var hostile = Thrown(() => throw new InvalidOperationException("outer", new FormatException("\r\nFORGED\u001b[2J" + new string('x', 2_000_000))));

        var shown = OutsideText.Cause(hostile)!;

        Assert.Equal("System.InvalidOperationException: outer", shown.Message);
        Assert.StartsWith(@"System.FormatException: \r\nFORGED\u001B[2Jxxx", shown.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal(hostile.StackTrace, shown.StackTrace);
        Assert.InRange(shown.ToString().Length, 1, 4_096);
        Assert.DoesNotContain(shown.ToString().ReplaceLineEndings(" "), char.IsControl);
        Assert.StartsWith($"System.InvalidOperationException: outer{Environment.NewLine} ---> System.FormatException: ", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), shown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.example/x?signature=s3cr3t")]
    [InlineData("the answer was 401 to 'Authorization: Bearer s3cr3t'")]
    [InlineData("cannot read {\"apiKey\":\"s3cr3t\"}")]
    public void A_cause_that_tells_a_secret_has_a_stand_in_that_does_not(string words)
    {
        var telling = new InvalidOperationException("outer", new AggregateException(new FormatException(words)));

        var shown = OutsideText.Cause(telling)!.ToString();

        Assert.StartsWith("System.InvalidOperationException: outer", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", shown + OutsideText.Of(telling.InnerException!), StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_exceptions_are_left_as_they_are_whatever_they_name()
    {
        var ours = new AkkaWs.Errors.MissingCredentialsException("the passphrase: 4f9a8b7c6d5e4f3a");

        Assert.Same(ours, OutsideText.Cause(ours));
    }

    [Fact]
    public void An_exception_whose_words_cannot_be_read_has_a_stand_in_that_says_so()
    {
        var shown = OutsideText.Cause(new InvalidOperationException("outer", new MuteException()))!;

        Assert.StartsWith("System.InvalidOperationException: outer", shown.Message, StringComparison.Ordinal);
        Assert.EndsWith($"{nameof(MuteException)}: (its message cannot be read)", shown.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal("(its message cannot be read)", OutsideText.Of(new MuteException()));
    }

    [Fact]
    public void An_exception_that_writes_itself_down_in_its_own_way_has_a_stand_in_that_does_not()
    {
        var shown = OutsideText.Cause(new TalkativeException("refused", "\n[ERROR] {\"apiKey\":\"s3cr3t\"}"))!.ToString();

        Assert.Contains("refused", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("[ERROR]", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_cause_among_several_is_found()
    {
        var shown = OutsideText.Cause(new AggregateException(new FormatException("plain"), new FormatException("\u001b[2J")))!;

        Assert.StartsWith("System.AggregateException: ", shown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(shown.ToString().ReplaceLineEndings(" "), char.IsControl);
    }

    [Fact]
    public void Causes_without_an_end_are_cut()
    {
        var deep = Enumerable.Range(0, 10_000).Aggregate(new InvalidOperationException("x"), (inner, _) => new InvalidOperationException("x", inner));

        Assert.InRange(OutsideText.Cause(deep)!.ToString().Length, 1, 4_096);
    }

    [Fact]
    public void What_exceptions_say_is_quoted_in_one_place_only()
    {
        var source = Repository.PathOf("src");
        var elsewhere = from folder in new[] { "AkkaWs", "AkkaWs.Hosting" }
                        from file in Directory.GetFiles(Path.Combine(source, folder), "*.cs", SearchOption.AllDirectories)
                        where Quoted().IsMatch(File.ReadAllText(file))
                        select Path.GetFileName(file);

        // Our own error's words, and a server's, which a verdict makes fit.
        Assert.Equal(["JsonRpcHandler.cs", "RequestOutcome.cs"], elsewhere.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\{[^{}""]*\.Message\}")]
    private static partial Regex Quoted();

    private static Exception Thrown(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            return e;
        }

        throw new InvalidOperationException("nothing was thrown");
    }

    private static Gen<string> Texts() =>
        Gen.OneOf(Gen.Choose(0, 0x2100), Gen.Choose(0xD7F0, 0xE010), Gen.Choose('a', 'z')).Select(c => (char)c).ListOf().Select(chars => new string([.. chars]));
}
