using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace AkkaWs.Exchanges.Tests;

/// <summary>One fact of a venue, as the attribute beside it says.</summary>
internal sealed record VenueFact(string Venue, string Says, string Document, DateOnly CheckedOn);

/// <summary>The facts of all venues, which stand in the classes of <c>AkkaWs.Exchanges</c> whose names end in <c>Facts</c>.</summary>
internal static class VenueFacts
{
    /// <summary>After so many days somebody should look again.</summary>
    public const int MaxAgeDays = 180;

    private const string Suffix = "Facts";
    private const BindingFlags Declared =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<Type> Classes { get; } =
    [
        .. typeof(VenueFactAttribute).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith(Suffix, StringComparison.Ordinal))
            .OrderBy(VenueOf, StringComparer.Ordinal),
    ];

    /// <summary>What a class of facts declares, in the order of its file: fields, then properties, then what can be neither.</summary>
    public static IEnumerable<MemberInfo> MembersOf(Type type) => type.GetMembers(Declared)
        .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not (ConstructorInfo or MethodInfo { IsSpecialName: true }))
        .OrderBy(member => member switch { FieldInfo => 0, PropertyInfo => 1, _ => 2 })
        .ThenBy(member => member.MetadataToken);

    public static IEnumerable<VenueFact> Of(Type type) =>
        from member in MembersOf(type)
        let fact = member.GetCustomAttribute<VenueFactAttribute>()
        where fact is not null
        select new VenueFact(VenueOf(type), fact.Says, fact.Document, fact.CheckedOn);

    /// <summary>Those that nobody looked at for more than <see cref="MaxAgeDays"/> days, the oldest first.</summary>
    public static IEnumerable<VenueFact> OldOn(DateOnly day, IEnumerable<VenueFact> facts) =>
        facts.Where(fact => day.DayNumber - fact.CheckedOn.DayNumber > MaxAgeDays).OrderBy(fact => fact.CheckedOn);

    /// <summary>The section of the page about exchanges, from its heading to its last line.</summary>
    public static string Section(IEnumerable<VenueFact> facts)
    {
        var section = new StringBuilder("""
            ## Facts and their dates

            <!-- Written by VenueFactsTests from the classes of facts of AkkaWs.Exchanges; AKKAWS_APPROVE=1 writes it anew. -->

            The limits, paths and rules of the venues that the handlers keep, what says so, and the day on which somebody last looked.

            """.ReplaceLineEndings("\n"));
        foreach (var venue in facts.GroupBy(fact => fact.Venue))
        {
            section.Append($"\n### {venue.Key}\n\n| fact | document | checked |\n| --- | --- | --- |\n");
            foreach (var (_, says, document, day) in venue)
                section.Append($"| {Cell(says)} | {(IsAddress(document) ? $"<{document}>" : Cell(document))} | {day:yyyy-MM-dd} |\n");
        }

        return section.ToString();
    }

    /// <summary>Whether a document is a web address, rather than the name of a notice.</summary>
    public static bool IsAddress(string document) =>
        document.StartsWith("https://", StringComparison.Ordinal) && Uri.IsWellFormedUriString(document, UriKind.Absolute);

    private static string VenueOf(Type type) => type.Name[..^Suffix.Length];

    // Outside of code, a placeholder such as <symbol> would be taken for HTML and vanish.
    private static string Cell(string text) => string
        .Join('`', text.Split('`').Select((part, index) => index % 2 == 0 ? part.Replace("<", "\\<", StringComparison.Ordinal) : part))
        .Replace("|", "\\|", StringComparison.Ordinal);
}
