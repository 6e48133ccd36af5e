using NUlid;
using NUlid.Rng;

namespace AkkaWs.Engine.Tests;

public sealed class UlidTests
{
    private const string Text = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    private static readonly DateTimeOffset Time = DateTimeOffset.UnixEpoch.AddDays(1000);

    [Fact]
    public void A_text_is_read_into_its_time_and_random_part()
    {
        var ulid = Ulid.Parse(Text);
        Assert.Equal(new DateTimeOffset(2016, 7, 30, 23, 54, 10, 259, TimeSpan.Zero), ulid.Time);
        Assert.Equal("D6764C61EFB99302BD5B", Convert.ToHexString(ulid.Random));
        Assert.Equal("01563E3AB5D3D6764C61EFB99302BD5B", Convert.ToHexString(ulid.ToByteArray()));
        Assert.Equal(Guid.Parse("3a3e5601-d3b5-76d6-4c61-efb99302bd5b"), ulid.ToGuid());
    }

    [Fact]
    public void Every_form_leads_back_to_the_same_ulid()
    {
        var ulid = Ulid.NewUlid();
        Assert.Equal(ulid, Ulid.Parse(ulid.ToString()));
        Assert.Equal(ulid, new Ulid(ulid.ToByteArray()));
        Assert.Equal(ulid, new Ulid(ulid.ToByteArray().AsSpan()));
        Assert.Equal(ulid, new Ulid(ulid.ToGuid()));
        Assert.Equal(ulid, new Ulid($"{ulid}"));
        Assert.Equal(ulid.GetHashCode(), Ulid.Parse(ulid.ToString()).GetHashCode());
    }

    [Theory]
    [InlineData("01arz3ndektsv4rrffq69g5fav", Text)]
    [InlineData("O1ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FA1")]
    [InlineData("01ARZ3NDEK-TSV4RRFFQ69G5FAV", Text)]
    public void Lower_case_and_mistakable_letters_are_read_too(string text, string expected) => Assert.Equal(expected, Ulid.Parse(text).ToString());

    [Theory]
    [InlineData("01ARZ")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAU")]
    public void Another_text_is_refused(string text)
    {
        Assert.False(Ulid.TryParse(text, out var ulid));
        Assert.Equal(Ulid.Empty, ulid);
        Assert.Throws<FormatException>(() => Ulid.Parse(text));
    }

    [Fact]
    public void No_text_is_refused()
    {
        Assert.False(Ulid.TryParse((string?)null, out _));
        Assert.Throws<ArgumentNullException>(() => Ulid.Parse((string?)null));
        Assert.Throws<ArgumentException>(() => new Ulid(new byte[3]));
    }

    [Fact]
    public void Later_ulids_sort_after_earlier_ones_as_values_and_as_texts()
    {
        var earlier = Ulid.NewUlid(Time);
        var later = Ulid.NewUlid(Time.AddMilliseconds(1));
        Assert.True(earlier < later && later > earlier && earlier <= later && later >= earlier && earlier != later);
        Assert.True(earlier.CompareTo(later) < 0 && earlier.CompareTo((object)later) < 0 && earlier.CompareTo(null) > 0);
        Assert.True(string.CompareOrdinal(earlier.ToString(), later.ToString()) < 0);
        Assert.True(Ulid.MinValue < earlier && later < Ulid.MaxValue);
        Assert.Throws<ArgumentException>(() => earlier.CompareTo("text"));
    }

    [Fact]
    public void A_ulid_carries_the_time_it_was_made_for()
    {
        Assert.Equal(Time, Ulid.NewUlid(Time.AddTicks(9)).Time);
        Assert.Throws<ArgumentOutOfRangeException>(() => Ulid.NewUlid(DateTimeOffset.UnixEpoch.AddSeconds(-1)));
        Assert.Equal("76EZ91ZPZZZZZZZZZZZZZZZZZZ", Ulid.MaxValue.ToString());
    }

    [Fact]
    public void Ulids_differ_even_within_one_millisecond() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => Ulid.NewUlid(Time)).Distinct().Count());

    [Fact]
    public void A_monotonic_source_counts_up_within_one_millisecond()
    {
        var rng = new MonotonicUlidRng();
        var made = Enumerable.Range(0, 1000).Select(_ => Ulid.NewUlid(Time, rng)).ToArray();
        Assert.Equal(made.Order(), made);
        Assert.Equal(1000, made.Distinct().Count());
    }

    [Fact]
    public void A_monotonic_source_continues_after_the_last_known_value()
    {
        var last = Ulid.Parse(Text);
        Assert.Equal("01ARZ3NDEKTSV4RRFFQ69G5FAW", Ulid.NewUlid(last.Time, new MonotonicUlidRng(new CSUlidRng(), last)).ToString());
    }

    [Fact]
    public void A_monotonic_source_says_when_it_has_run_out()
    {
        var last = new Ulid([.. Ulid.Parse(Text).ToByteArray()[..6], .. Enumerable.Repeat(byte.MaxValue, 10)]);
        Assert.Throws<OverflowException>(() => Ulid.NewUlid(last.Time, new MonotonicUlidRng(new CSUlidRng(), last)));
    }
}
