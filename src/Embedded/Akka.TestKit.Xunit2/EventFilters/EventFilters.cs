using Akka.Event;

namespace Akka.TestKit.Internal;

internal sealed class LevelFilter(LogLevel level, TextMatch message, TextMatch source) : EventFilterBase(message, source)
{
    protected override string FilterDescriptiveName => level.ToString().Replace("Level", "", StringComparison.Ordinal);

    protected override bool IsMatch(LogEvent evt) => evt.LogLevel() == level && InternalDoMatch(evt.LogSource, evt.Message);
}

internal sealed class ExceptionFilter(Type type, bool checkInner, TextMatch message, TextMatch source) : EventFilterBase(message, source)
{
    protected override string FilterDescriptiveName => $"Error with Cause <{type}>";

    protected override bool IsMatch(LogEvent evt) => evt is Error error && Matches(error, error.Cause);

    private bool Matches(Error error, Exception cause)
    {
        if (cause is null)
            return false;
        if (type.IsInstanceOfType(cause) && (InternalDoMatch(error.LogSource, error.Message) || InternalDoMatch(error.LogSource, cause.Message)))
            return true;
        return checkInner && (cause is AggregateException many ? many.InnerExceptions.Any(inner => Matches(error, inner)) : Matches(error, cause.InnerException));
    }
}

internal sealed class DeadLetterFilter(Predicate<DeadLetter> isMeant, TextMatch source) : EventFilterBase(TextMatch.Any, source)
{
    protected override string FilterDescriptiveName => "DeadLetter";

    protected override bool IsMatch(LogEvent evt) => evt.Message is DeadLetter letter && isMeant(letter) && InternalDoMatch(evt.LogSource, letter.Message);
}

internal sealed class CustomFilter(Predicate<LogEvent> isMeant) : EventFilterBase(TextMatch.Any, TextMatch.Any)
{
    protected override string FilterDescriptiveName => "Custom";

    protected override bool IsMatch(LogEvent evt) => isMeant(evt);
}
