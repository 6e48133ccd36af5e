namespace Akka.Dispatch;

/// <summary>What an actor may demand of its mailbox.</summary>
public interface ISemantics;

/// <summary>Says which mailbox an actor wants.</summary>
public interface IRequiresMessageQueue<T>
    where T : ISemantics;
