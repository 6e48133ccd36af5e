using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Makes filters for log events. A text is the whole message, its start, or a part of it; a source is a path.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _kit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _others;

    public EventFilterFactory(TestKitBase testkit) : this(testkit, testkit.Sys)
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system) : this(testkit, system, [])
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem actorSystem, IReadOnlyList<EventFilterBase> filters)
    {
        _kit = testkit;
        _system = actorSystem;
        _others = filters;
    }

    /// <summary>Errors whose cause is of that type or one derived from it; the text may be that of the error or that of its cause.</summary>
    public IEventFilterApplier Exception<TException>(Regex pattern, string source = null) where TException : Exception =>
        Exception(typeof(TException), pattern, source);

    public IEventFilterApplier Exception<TException>(string message = null, string start = null, string contains = null, string source = null) where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string source = null, bool checkInnerExceptions = false) =>
        CreateApplier(new ExceptionFilter(exceptionType, checkInnerExceptions, TextMatch.Message(pattern), TextMatch.Source(source)), _system);

    public IEventFilterApplier Exception(Type exceptionType, string message = null, string start = null, string contains = null, string source = null, bool checkInnerExceptions = false) =>
        CreateApplier(new ExceptionFilter(exceptionType, checkInnerExceptions, TextMatch.Message(message, start, contains), TextMatch.Source(source)), _system);

    public IEventFilterApplier Debug(Regex pattern, string source = null) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    public IEventFilterApplier Debug(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    public IEventFilterApplier Info(Regex pattern, string source = null) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    public IEventFilterApplier Info(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    public IEventFilterApplier Warning(Regex pattern, string source = null) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    public IEventFilterApplier Warning(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    public IEventFilterApplier Error(Regex pattern, string source = null) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    public IEventFilterApplier Error(string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string source = null) =>
        CreateApplier(new LevelFilter(logLevel, TextMatch.Message(pattern), TextMatch.Source(source)), _system);

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, string message = null, string start = null, string contains = null, string source = null) =>
        CreateApplier(new LevelFilter(logLevel, TextMatch.Message(message, start, contains), TextMatch.Source(source)), _system);

    /// <summary>Messages that found no recipient; the source is the recipient that was meant.</summary>
    public IEventFilterApplier DeadLetter() => DeadLetter(_ => true, null);

    public IEventFilterApplier DeadLetter<TMessage>(string source = null) => DeadLetter(message => message is TMessage, source);

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string source = null) =>
        DeadLetter(message => message is TMessage typed && isMatch(typed), source);

    public IEventFilterApplier DeadLetter(Type type, string source = null) => DeadLetter(type.IsInstanceOfType, source);

    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string source = null) =>
        DeadLetter(message => type.IsInstanceOfType(message) && isMatch(message), source);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => CreateApplier(new CustomFilter(predicate), _system);

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent =>
        CreateApplier(new CustomFilter(evt => evt is TLogEvent typed && predicate(typed)), _system);

    protected IEventFilterApplier CreateApplier(EventFilterBase filter, ActorSystem system) =>
        new InternalEventFilterApplier(_kit, system, [.. _others, filter]);

    private IEventFilterApplier DeadLetter(Predicate<object> isMeant, string source) =>
        CreateApplier(new DeadLetterFilter(letter => isMeant(letter.Message), TextMatch.Source(source)), _system);
}
