namespace AkkaWs.Testing;

/// <summary>Which of the two byte streams of a connection a <see cref="Fault"/> strikes.</summary>
[Flags]
public enum FaultDirection
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>The bytes that the server sends.</summary>
    ToClient = 1,

    /// <summary>The bytes that the client sends.</summary>
    ToServer = 2,

    /// <summary>Both streams.</summary>
    Both = ToClient | ToServer,
}
