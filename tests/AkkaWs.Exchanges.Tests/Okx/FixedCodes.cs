namespace AkkaWs.Exchanges.Tests;

/// <summary>Numbers of instruments that never change.</summary>
internal sealed class FixedCodes(params (string Instrument, long Code)[] codes) : IInstrumentCodes
{
    /// <summary>Two that the simulator has by default.</summary>
    public static FixedCodes Simulated { get; } = new(("BTC-USDT", 10_458), ("ETH-USDT", 10_459));

    public long? Find(string instrument) => codes.FirstOrDefault(known => known.Instrument == instrument) is { Instrument: not null } found ? found.Code : null;
}
