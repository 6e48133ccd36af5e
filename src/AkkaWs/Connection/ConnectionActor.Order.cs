namespace AkkaWs.Connection;

// What connections that follow each other bring.
internal sealed partial class ConnectionActor
{
    /// <summary>From now on no read loop delivers before that of the next physical connection.</summary>
    private void StopDelivering() => _core.Turn.PassTo(_core.NewestEpoch.Next());
}
