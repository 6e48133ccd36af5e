namespace AkkaWs.Protocol;

/// <summary>How a venue numbers the updates of a topic.</summary>
public enum SequenceRule
{
    /// <summary>Each number is one more than the one before or, where updates name the number before them, that one: a missing update shows.</summary>
    Contiguous = 0,

    /// <summary>Each number is greater than the one before, by any step: only a repetition or a step back shows.</summary>
    Increasing,
}

/// <summary>What an update of a topic with state, such as an order book, is.</summary>
public enum UpdateKind
{
    /// <summary>The topic has no such state, or the handler does not know.</summary>
    Unknown = 0,

    /// <summary>The whole state: nothing before it matters.</summary>
    Snapshot,

    /// <summary>A change of the state before it.</summary>
    Delta,
}
