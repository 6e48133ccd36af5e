namespace AkkaWs.Messages;

/// <summary>What is done about a <see cref="Gap"/>, once at a time per topic; never a reconnect.</summary>
public enum GapRecovery
{
    /// <summary>It is told, no more.</summary>
    None = 0,

    /// <summary>The topic alone is unsubscribed and subscribed again, for venues that begin with a snapshot; then <see cref="Restored"/> is told.</summary>
    Resubscribe,

    /// <summary>The protocol handler's <c>BuildSnapshotRequest</c> is sent; where it builds none, as <see cref="Resubscribe"/>.</summary>
    Snapshot,
}
