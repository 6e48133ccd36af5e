using System.Collections.Immutable;

namespace AkkaWs.Testing;

/// <summary>What tests ask a venue to do wrong.</summary>
internal sealed class VenueFaults
{
    /// <summary>Why logins are rejected; null accepts the right ones.</summary>
    internal string? LoginRejection { get; set; }

    /// <summary>Topics whose subscription is rejected as unknown.</summary>
    internal ImmutableHashSet<string> RejectedTopics { get; set; } = [];

    /// <summary>How long replies wait; infinite: they are never sent.</summary>
    internal TimeSpan ReplyDelay { get; set; }
}
