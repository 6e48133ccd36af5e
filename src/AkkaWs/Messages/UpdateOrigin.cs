using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Messages;

/// <summary>Where updates come from: one for all of a physical connection.</summary>
/// <param name="Epoch">Its number.</param>
/// <param name="Handler">Reads the payloads; null: nobody does.</param>
internal sealed record UpdateOrigin(Epoch Epoch, ProtocolHandler? Handler = null)
{
    /// <summary>What an update is that nobody reads.</summary>
    public UpdateKind Kind { get; init; }

    /// <summary>What an update is.</summary>
    public UpdateKind KindOf(ReadOnlySpan<byte> payload)
    {
        if (Handler is null)
            return Kind;
        try
        {
            return Handler.KindOf(payload);
        }
        catch (Exception)
        {
            return UpdateKind.Unknown; // it costs what was asked, not the subscriber who asks
        }
    }
}
