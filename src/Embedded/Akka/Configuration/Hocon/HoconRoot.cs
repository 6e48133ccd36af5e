namespace Akka.Configuration.Hocon;

/// <summary>What a text was read into.</summary>
public class HoconRoot
{
    public HoconRoot(HoconValue value) => Value = value;

    public HoconValue Value { get; }
}
