using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Requests;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

/// <summary>Valid while connecting.</summary>
internal sealed record ConnectingData(IActorRef Transport);

/// <summary>Valid from the upgrade to the end of the socket.</summary>
internal sealed record OpenData(IActorRef Transport, WireConnection Wire);

/// <summary>Valid while a second socket comes up beside the one in charge.</summary>
internal sealed record StandbyData(Epoch Epoch, IActorRef Transport)
{
    /// <summary>What is on its wire; wishes follow what the one in charge has confirmed.</summary>
    public SubscriptionLedger Ledger { get; } = new();

    /// <summary>What the server has refused; since then it may have been accepted, or left by its subscribers.</summary>
    public List<TopicFailure> Refused { get; } = [];

    /// <summary>How many subscribe messages were refused as a whole and divided.</summary>
    public int Divisions { get; init; }

    /// <summary>Whether there are topics to ask for.</summary>
    public bool HasWork => Ledger.Missing(1).Count > 0;

    /// <summary>Null until it is upgraded.</summary>
    public WireConnection? Wire { get; init; }

    /// <summary>How many attempts of others to connect come before its own; null: it does not wait.</summary>
    public int? AttemptsAhead { get; init; }

    /// <summary>When it was upgraded, by the scheduler's monotonic clock.</summary>
    public TimeSpan OpenedAt { get; init; }

    /// <summary>Whether its login was sent and not answered yet.</summary>
    public bool IsLoggingIn { get; init; }

    /// <summary>How long its login is good for, where the server said so.</summary>
    public TimeSpan? LoginLifetime { get; init; }

    /// <summary>Whether its topics have been asked for.</summary>
    public bool IsSubscribing { get; init; }
}

/// <summary>Valid while the socket that was in charge is being left.</summary>
internal sealed record OverlapData(Epoch Epoch, OpenData Data, SubscriptionLedger Ledger, HashSet<PendingRequest> InFlight, TimeSpan OpenedAt)
{
    /// <summary>Whether there are topics to leave.</summary>
    public bool HasWork => Ledger.Surplus(1).Count > 0;

    /// <summary>The topics that the old one has and the new one was refused.</summary>
    public IReadOnlyList<TopicFailure> Refused { get; init; } = [];

    /// <summary>The topics that the new one was asked for since it is in charge and before it delivered.</summary>
    public HashSet<Topic> Asked { get; } = [];

    /// <summary>Whether the new one delivers.</summary>
    public bool HasPassedTurn { get; init; }

    /// <summary>Whether its time is over.</summary>
    public bool IsOver { get; init; }

    /// <summary>Whether the new one can hold no more updates.</summary>
    public bool IsFull { get; init; }

    /// <summary>Whether it was told to close.</summary>
    public bool IsClosing { get; init; }
}

/// <summary>Valid while waiting for the next attempt.</summary>
internal sealed record ReconnectingData(CloseReason Reason);

/// <summary>
/// Valid while closing. A second transport ends with the first where a rotation was under way; <paramref name="LeftEpoch"/> is the one that was
/// being left, and may still bring answers.
/// </summary>
internal sealed record ClosingData(IActorRef Transport, CloseReason Reason, HashSet<IActorRef> Open, Epoch? LeftEpoch);

/// <summary>Valid for ever.</summary>
internal sealed record ClosedData(CloseReason Reason);
