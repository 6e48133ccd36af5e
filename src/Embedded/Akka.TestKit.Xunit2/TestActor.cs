namespace Akka.TestKit;

/// <summary>Names used when steering a test actor.</summary>
public static class TestActor
{
    /// <summary>Whether a message is to be dropped instead of queued.</summary>
    public delegate bool Ignore(object message);

    public static AutoPilot KeepRunning => AutoPilot.KeepRunning;

    public static AutoPilot NoAutoPilot => AutoPilot.NoAutoPilot;

    public static NullMessageEnvelope NullMessage => NullMessageEnvelope.Instance;
}
