using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;

namespace AkkaWs.Tests.Support;

/// <summary>
/// Everything that a connection says, wherever it says it: logs of all levels with their fields and causes, events, dead letters and unhandled messages,
/// metrics, activities, and what a test hands over: replies and exceptions with all that they hold.
/// </summary>
internal sealed class Exits : IDisposable
{
    private const int Deepest = 6;

    private static readonly string[] MarksOfCauses = ["   at ", "   --- ", "--- ", " ---> ", "Cause: ", "Actual value was ", "Object name: "];

    private readonly ActorSystem _system;
    private readonly string _connection;
    private readonly ConcurrentQueue<LogEvent> _logged;
    private readonly ConcurrentQueue<object> _published = new();
    private readonly List<string> _said = [];

    public Exits(ActorSystem system, string connection)
    {
        (_system, _connection) = (system, connection);
        _logged = LogProbe.Start(system, system.EventStream);
        Meter = new MeterProbe(connection);
        Activities = new ActivityProbe(connection);
        var listener = system.ActorOf(Props.Create(() => new Listener(_published)).WithDeploy(Deploy.Local));
        foreach (var channel in new[] { typeof(ConnectionEvent), typeof(AllDeadLetters), typeof(UnhandledMessage) })
            system.EventStream.Subscribe(listener, channel);
    }

    public MeterProbe Meter { get; }

    public ActivityProbe Activities { get; }

    /// <summary>The lines that the connection logged so far, with their level.</summary>
    public IReadOnlyList<(LogLevel Level, ConnectionLogMessage Message)> Lines => LogProbe.Of(_logged, _connection);

    /// <summary>What was said so far, each text as it stands.</summary>
    public IReadOnlyList<string> Said => _said;

    /// <summary>
    /// The first line of a text that should not be in it; null if there is none. An exception has its stack and its causes on lines of their own, behind marks
    /// that no text of others' begins a line with.
    /// </summary>
    public static string? UnfitLineOf(string text)
    {
        var lines = text.Split(Environment.NewLine);
        return lines.FirstOrDefault(line => OutsideText.Escape(line) != line)
            ?? lines.Skip(1).FirstOrDefault(line => !MarksOfCauses.Any(mark => line.StartsWith(mark, StringComparison.Ordinal)));
    }

    /// <summary>Takes down what these show, and what is in them.</summary>
    public void Say(params ReadOnlySpan<object?> things)
    {
        foreach (var thing in things)
            Say(thing, 0);
    }

    /// <summary>Ends the actor system; then all that it said is taken down.</summary>
    public async Task<IReadOnlyList<string>> CloseAsync(TimeSpan deadline)
    {
        await _system.Terminate().WaitAsync(deadline);
        foreach (var logged in _logged)
        {
            Say(logged, logged.Message, logged.Cause);
            if (logged.Message is LogMessage message)
                Say([message.Unformatted(), .. message.Parameters()]);
            if (logged.Message is ConnectionLogMessage ours)
                Say([.. ours.Fields.Select(field => field.Value)]);
        }

        foreach (var published in _published)
            Say(published);
        foreach (var measured in Meter.All())
            Say([measured.Instrument, .. measured.Tags.Select(tag => tag.Value)]);
        foreach (var activity in Activities.Ended)
        {
            Say([activity.DisplayName, activity.StatusDescription, .. activity.TagObjects.Select(tag => $"{tag}")]);
            Say([.. activity.Events.Select(e => e.Name), .. activity.Events.SelectMany(e => e.Tags).Select(tag => $"{tag}")]);
        }

        return _said;
    }

    public void Dispose()
    {
        Meter.Dispose();
        Activities.Dispose();
    }

    private void Say(object? thing, int depth)
    {
        if (thing is null || depth > Deepest)
            return;
        _said.Add($"{thing}");
        if (thing is Exception error)
            _said.Add(error.Message);
        if (thing is AllDeadLetters dead)
            Say(dead.Message, depth + 1);
        if (thing is AggregateException all)
            Say(all.InnerExceptions, depth + 1);
        else if (thing is IEnumerable items and not string)
            SayEach(items, depth + 1);
        else if (IsOurs(thing))
            SayEach(Held(thing), depth + 1);
        else if (thing is Exception { InnerException: { } inner })
            Say(inner, depth + 1);
    }

    private void SayEach(IEnumerable things, int depth)
    {
        foreach (var thing in things)
            Say(thing, depth);
    }

    // Messages and errors; options, endpoints, topics and a server's error object are data, which only what they print must hide.
    private static bool IsOurs(object thing) =>
        thing.GetType() is { IsEnum: false } type && (type.Namespace == typeof(ConnectionEvent).Namespace || type.Namespace == typeof(CloseReason).Namespace);

    private static IEnumerable<object?> Held(object thing) =>
        from property in thing.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.GetIndexParameters().Length == 0 && (IsTold(property.PropertyType) || property.Name is nameof(Exception.InnerException) or "Command")
        select property.GetValue(thing);

    private static bool IsTold(Type type) =>
        type == typeof(string) || typeof(IEnumerable).IsAssignableFrom(type) || (Nullable.GetUnderlyingType(type) ?? type).Assembly == typeof(Topic).Assembly;

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<object> published) => ReceiveAny(published.Enqueue);
    }
}
