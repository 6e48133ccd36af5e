using Akka.Event;

namespace Akka.TestKit.Internal;

public delegate void EventMatched(EventFilterBase eventFilter, LogEvent logEvent);

/// <summary>Means some of the log events.</summary>
public abstract class EventFilterBase : IEventFilter
{
    private readonly TextMatch _message;
    private readonly TextMatch _source;

    internal EventFilterBase(TextMatch message, TextMatch source)
    {
        _message = message;
        _source = source;
    }

    public event EventMatched EventMatched;

    protected abstract string FilterDescriptiveName { get; }

    public bool Apply(LogEvent logEvent)
    {
        if (!IsMatch(logEvent))
            return false;
        OnEventMatched(logEvent);
        return true;
    }

    protected abstract bool IsMatch(LogEvent evt);

    protected virtual void OnEventMatched(LogEvent logEvent) => EventMatched?.Invoke(this, logEvent);

    protected bool InternalDoMatch(string src, object msg) => _source.Holds(src) && _message.Holds(msg?.ToString() ?? "null");

    public override string ToString()
    {
        string[] conditions = [Condition("Message", _message), Condition("Source", _source)];
        var all = string.Join(" and ", conditions.Where(condition => condition.Length > 0));
        return all.Length == 0 ? FilterDescriptiveName : $"{FilterDescriptiveName} when {all}";
    }

    private static string Condition(string subject, TextMatch match) => match == TextMatch.Any ? "" : $"{subject} {match.Description}";
}
