namespace AkkaWs.Exchanges;

/// <summary>Says where a limit, a path or a rule of a venue comes from. The table in <c>docs/exchanges.md</c> shows each.</summary>
/// <param name="says">What the venue says, in one sentence without a full stop.</param>
/// <param name="document">Where it says so: an address, or the name of a notice.</param>
/// <param name="checkedOn">The day on which somebody last looked, as <c>yyyy-MM-dd</c>.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
internal sealed class VenueFactAttribute(string says, string document, string checkedOn) : Attribute
{
    public string Says { get; } = says;

    public string Document { get; } = document;

    public DateOnly CheckedOn { get; } = DateOnly.ParseExact(checkedOn, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
