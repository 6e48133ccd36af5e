namespace AkkaWs.Testing;

/// <summary>Bybit's words.</summary>
internal static class BybitText
{
    internal static string TickDirection(int direction, bool up) => direction switch
    {
        > 0 => "PlusTick",
        < 0 => "MinusTick",
        _ => up ? "ZeroPlusTick" : "ZeroMinusTick",
    };
}
