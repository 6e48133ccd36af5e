using AkkaWs.Errors;

namespace AkkaWs.Tests.Chaos;

/// <summary>What became of a request, as its caller was told.</summary>
internal enum SoakOutcome
{
    None,

    /// <summary>The server has it, and has answered.</summary>
    Answered,

    /// <summary>The server never gets it.</summary>
    NotSent,

    /// <summary>The server may have it.</summary>
    Unknown,
}

/// <summary>Two accounts of the same numbered requests, to be held against each other: what the server got and answered, and what the callers were told. As large at the beginning as at the end. Thread-safe.</summary>
internal sealed class SoakLedger(int requests)
{
    private readonly Lock _lock = new();
    private readonly byte[] _arrivals = new byte[requests];
    private readonly byte[] _answers = new byte[requests];
    private readonly byte[] _outcomes = new byte[requests];
    private readonly byte[] _ends = new byte[requests];
    private readonly SortedDictionary<string, int> _kinds = new(StringComparer.Ordinal);
    private readonly List<string> _surprises = [];
    private int _ended;

    /// <summary>How many requests have an outcome.</summary>
    public int Ended
    {
        get
        {
            lock (_lock)
                return _ended;
        }
    }

    /// <summary>How often each kind of outcome was told.</summary>
    public IReadOnlyDictionary<string, int> Kinds
    {
        get
        {
            lock (_lock)
                return new Dictionary<string, int>(_kinds);
        }
    }

    /// <summary>The server has got a request.</summary>
    public void Arrive(int number)
    {
        lock (_lock)
            _arrivals[number]++;
    }

    /// <summary>The server is about to answer.</summary>
    public void Answer(int number)
    {
        lock (_lock)
            _answers[number]++;
    }

    /// <summary>The caller was answered.</summary>
    /// <param name="number">The request.</param>
    /// <param name="result">What the answer says: the server echoes the number.</param>
    public void Succeed(int number, string result)
    {
        if (result != $"{number}")
            Surprise($"request {number} was answered with {result}");
        End(number, SoakOutcome.Answered, "answered");
    }

    /// <summary>The caller was told an error; null: the call was cancelled before it was made.</summary>
    public void Fail(int number, Exception? error)
    {
        var outcome = error switch
        {
            null or NotSentException or RequestCancelledException { Written: false } or RequestTimeoutException { Written: false } => SoakOutcome.NotSent,
            SentOutcomeUnknownException or RequestCancelledException or RequestTimeoutException => SoakOutcome.Unknown,
            _ => SoakOutcome.None,
        };
        if (outcome == SoakOutcome.None)
            Surprise($"request {number} failed with {error}");
        End(number, outcome, $"{error?.GetType().Name ?? "never made"}, {outcome}");
    }

    /// <summary>Where the two accounts of the first so many requests disagree.</summary>
    public IReadOnlyList<string> Disagreements(int asked)
    {
        lock (_lock)
            return [.. _surprises, .. Enumerable.Range(0, asked).Select(Disagreement).OfType<string>()];
    }

    private string? Disagreement(int number) => ((SoakOutcome)_outcomes[number], _ends[number], _arrivals[number], _answers[number]) switch
    {
        (_, not 1, _, _) => $"request {number} has {_ends[number]} outcomes",
        (_, _, > 1, _) => $"request {number} arrived {_arrivals[number]} times",
        (SoakOutcome.Answered, _, 0, _) or (SoakOutcome.Answered, _, _, 0) => $"request {number} is answered, but not by the server",
        (SoakOutcome.NotSent, _, not 0, _) => $"request {number} was told to be not sent, but the server has it",
        _ => null,
    };

    private void End(int number, SoakOutcome outcome, string kind)
    {
        lock (_lock)
        {
            _outcomes[number] = (byte)outcome;
            if (_ends[number]++ == 0)
                _ended++;
            _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        }
    }

    private void Surprise(string what)
    {
        lock (_lock)
            _surprises.Add(what);
    }
}
