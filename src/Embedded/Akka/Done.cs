namespace Akka;

/// <summary>Stands where a result is needed and there is none.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done()
    {
    }
}
