namespace AkkaWs.Exchanges;

/// <summary>
/// An order names an instrument whose number is not known, by which OKX takes orders. Nothing was sent: it is the inner exception of the <c>NotSentException</c> that the
/// caller gets, which names the connection.
/// </summary>
/// <param name="instrument">The <c>instId</c> of the order.</param>
public sealed class UnknownInstrumentException(string instrument) : Exception(
    $"OKX takes orders by the number of their instrument, and that of {instrument} is not known: give {nameof(OkxHandler)} an {nameof(IInstrumentCodes)} that knows it, "
    + $"such as {nameof(OkxInstrumentCodes)}, or write instIdCode into the order")
{
    /// <summary>The <c>instId</c> of the order.</summary>
    public string Instrument { get; } = instrument;
}
