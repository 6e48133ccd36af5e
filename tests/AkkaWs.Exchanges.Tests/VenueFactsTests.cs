using System.Text.RegularExpressions;
using AkkaWs.Tests.Support;
using Xunit.Abstractions;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What the handlers know of their venues: a class of facts per venue, each with its source and a date, and a page that says the same.</summary>
public sealed partial class VenueFactsTests(ITestOutputHelper output)
{
    private static readonly string Page = Repository.PathOf("docs", "exchanges.md");

    private static IReadOnlyList<VenueFact> Facts { get; } = [.. VenueFacts.Classes.SelectMany(VenueFacts.Of)];

    private static DateOnly Today => DateOnly.FromDateTime(DateTime.UtcNow);

    [Fact]
    public void Everything_in_a_class_of_facts_says_where_it_comes_from() => Assert.Empty(
        from member in VenueFacts.Classes.SelectMany(VenueFacts.MembersOf)
        where !member.IsDefined(typeof(VenueFactAttribute), inherit: false)
        select $"{member.DeclaringType!.Name}.{member.Name}");

    [Fact]
    public void A_fact_is_a_sentence_with_an_address_or_a_named_notice_and_a_day_that_has_come() => Assert.All(Facts, fact =>
    {
        Assert.Matches(Sentence(), fact.Says);
        Assert.True(
            VenueFacts.IsAddress(fact.Document) || Notice().IsMatch(fact.Document),
            $"'{fact.Document}' is neither an https address nor the name of a notice.");
        Assert.True(fact.CheckedOn <= Today, $"'{fact.Says}' was checked on {fact.CheckedOn:yyyy-MM-dd}, which is still to come.");
    });

    [Fact]
    public void The_page_about_exchanges_says_what_the_facts_say()
    {
        var section = VenueFacts.Section(Facts);
        var page = File.ReadAllText(Page).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("AKKAWS_APPROVE") == "1")
            File.WriteAllText(Page, page = Written().IsMatch(page) ? Written().Replace(page, _ => section) : $"{page}\n{section}");

        Assert.True(
            Written().Match(page).Value == section,
            "docs/exchanges.md is not what the facts say; write it anew: "
            + $"AKKAWS_APPROVE=1 dotnet test tests/AkkaWs.Exchanges.Tests --filter {nameof(VenueFactsTests)}");
    }

    [Fact]
    public void By_night_facts_that_nobody_looked_at_for_long_are_named_and_nothing_fails()
    {
        if (Environment.GetEnvironmentVariable("AKKAWS_NIGHTLY") != "1")
            return;
        foreach (var old in VenueFacts.OldOn(Today, Facts))
            output.WriteLine($"note: last checked on {old.CheckedOn:yyyy-MM-dd}: {old.Venue}: {old.Says} ({old.Document})");
    }

    [Fact]
    public void A_fact_is_old_on_the_181st_day_after_somebody_looked()
    {
        var looked = new DateOnly(2026, 11, 29);
        VenueFact[] facts = [Fact("newer", 1), Fact("old", 0), Fact("older", -1)];

        Assert.Empty(VenueFacts.OldOn(looked.AddDays(179), facts));
        Assert.Equal(["older"], VenueFacts.OldOn(looked.AddDays(180), facts).Select(fact => fact.Says));
        Assert.Equal(["older", "old"], VenueFacts.OldOn(looked.AddDays(181), facts).Select(fact => fact.Says));

        VenueFact Fact(string says, int days) => new("Bybit", says, "a notice", looked.AddDays(days));
    }

    [Fact]
    public void The_section_has_a_table_for_each_venue_and_no_fact_breaks_its_row()
    {
        var day = new DateOnly(2026, 11, 29);

        var section = VenueFacts.Section([new("Bybit", "<a>|`<b>`", "https://example.com/docs", day), new("Okx", "Books end", "notice of 2026-06-01", day)]);

        Assert.EndsWith(
            """

            ### Bybit

            | fact | document | checked |
            | --- | --- | --- |
            | \<a>\|`<b>` | <https://example.com/docs> | 2026-11-29 |

            ### Okx

            | fact | document | checked |
            | --- | --- | --- |
            | Books end | notice of 2026-06-01 | 2026-11-29 |

            """.ReplaceLineEndings("\n"),
            section,
            StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\S.*[^\s.]$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"^(?!\w+:)\w+( \S+)+$")]
    private static partial Regex Notice();

    // Up to the next heading of the same rank, or the end.
    [GeneratedRegex(@"^## Facts and their dates\n(?:.*\n)*?(?=\n## |\z)", RegexOptions.Multiline)]
    private static partial Regex Written();
}
