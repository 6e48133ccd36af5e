namespace AkkaWs.Errors;

/// <summary>
/// The physical connection was not replaced: the new one could not be made ready, or the connection was not Ready itself. The one in use stays in
/// use; where rotations are planned, another attempt follows by itself.
/// </summary>
public sealed class RotationFailedException(string connection, string why)
    : WebSocketClientException(connection, $"the physical connection was not replaced: {why}");
