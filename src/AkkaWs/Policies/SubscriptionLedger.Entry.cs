using AkkaWs.Primitives;

namespace AkkaWs.Policies;

// What is known of one topic.
internal sealed partial class SubscriptionLedger
{
    private enum WireState
    {
        Absent,
        Subscribing,
        Confirmed,
        Unsubscribing,

        /// <summary>Asked for or left without an answer: the server may have it or not.</summary>
        Unknown,
    }

    /// <summary>Why a topic is not asked for, or not left, for the time being.</summary>
    private enum Hold
    {
        None,

        /// <summary>The server refused it, until <see cref="Release"/>.</summary>
        Refused,

        /// <summary>A message about it alone was not answered, until <see cref="ReleaseUnanswered"/>.</summary>
        Unanswered,
    }

    private sealed class Entry
    {
        public bool Wished { get; set; }

        public bool WasConfirmed { get; set; }

        public bool Critical { get; set; }

        public Hold Hold { get; set; }

        /// <summary>Whether it is to be left and asked for again, until it is left.</summary>
        public bool Renewing { get; set; }

        /// <summary>Whether it is asked for in a part of its own behind all others, since messages with it were not answered.</summary>
        public bool Apart { get; set; }

        /// <summary>Whether it was asked for while the server may have had it: a refusal may say no more than that.</summary>
        public bool InDoubt { get; set; }

        /// <summary>Whether the server did not answer that it alone is left so as to be asked for again, or refused that.</summary>
        public bool LeftInVain { get; set; }

        /// <summary>Whether a message that leaves it and others was refused as a whole: the server may have left it all the same.</summary>
        public bool MayHaveLeft { get; set; }

        /// <summary>Whether the server refused that it alone is left, for nobody wished it: it is left once more before that is believed.</summary>
        public bool StaysOnce { get; set; }

        public WireState Wire { get; set; }

        public RequestId? PendingId { get; set; }

        /// <summary>The message that was refused first, where this topic is asked for again because of that.</summary>
        public RequestId? DividedFrom { get; set; }

        /// <summary>The part that it is to be asked for, or left, in; null: in none.</summary>
        public IReadOnlyList<Topic>? Part { get; set; }

        /// <summary>The last message about it that was not answered in time, while a late answer would still tell something.</summary>
        public RequestId? UnansweredId { get; set; }

        /// <summary>Whether that message was to leave it.</summary>
        public bool UnansweredLeaves { get; set; }

        /// <summary>Whether an answer about it may still come, in time or late.</summary>
        public bool IsAwaited => PendingId is not null || (Wire == WireState.Unknown && UnansweredId is not null);

        /// <summary>Whether the answer that is waited for, or comes late, is about leaving it.</summary>
        public bool IsLeaving => Wire == WireState.Unsubscribing || (Wire == WireState.Unknown && UnansweredLeaves);

        /// <summary>Whether it is left before its refusal is believed.</summary>
        public bool LeavesFirst => InDoubt && Wished && !LeftInVain;
    }
}
