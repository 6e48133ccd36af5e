using System.Globalization;
using System.Text;
using Akka.Event;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Telemetry;

/// <summary>
/// What a connection logs, with its fields: a logger that keeps structure finds the event's id and name, the connection, its epoch and state, and the
/// event's own fields by name. As text: <c>[AkkaWs 1001] Connection bybit, epoch 3, Ready: …</c>.
/// </summary>
public sealed class ConnectionLogMessage : LogMessage
{
    private const string Head = "[AkkaWs {EventId}] ";
    private const string Subject = "Connection {Connection}, epoch {Epoch}, {State}: ";

    private readonly object?[] _values;

    internal ConnectionLogMessage(ILogMessageFormatter formatter, LogEventKind kind, LogScope scope, params object?[] values)
        : base(formatter, Head + Subject + kind.Template)
    {
        (EventId, EventName, Connection, Epoch, State) = (kind.Id, kind.Name, scope.Connection, scope.Epoch, scope.State);
        values = [.. values.Select(Fit)];
        _values = [kind.Id, scope.Connection, scope.Epoch, scope.State, .. values];
        Fields = [.. kind.Fields.Zip(values, (name, value) => new KeyValuePair<string, object?>(name, value is Counted counted ? counted.Number : value))];
    }

    /// <summary>The event's number: unique in this library, and always the same.</summary>
    public int EventId { get; }

    /// <summary>The event's name.</summary>
    public string EventName { get; }

    /// <summary>The connection's name.</summary>
    public string Connection { get; }

    /// <summary>The number of the physical connection; 0 where the event concerns none.</summary>
    public long Epoch { get; }

    /// <summary>The connection's state when it was logged.</summary>
    public ConnectionState State { get; }

    /// <summary>The event's own fields, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Fields { get; }

    /// <summary>The template without the event's id: for loggers that show ids themselves.</summary>
    internal string Sentence => Format[Head.Length..];

    /// <inheritdoc/>
    public override IEnumerable<object> Parameters() => _values!;

    /// <inheritdoc/>
    public override string Unformatted() => $"{Format}, [{string.Join(", ", _values)}]";

    /// <summary>The text.</summary>
    public override string ToString() => Fill(Format, _values);

    /// <summary>The text without the event's id.</summary>
    internal string ToSentence() => Fill(Sentence, _values.AsSpan(1));

    // A value stays what it is where what it says may be shown.
    private static object? Fit(object? value)
    {
        if (value is null or (ValueType and not (Topic or RequestId)))
            return value;
        var text = Convert.ToString(value, CultureInfo.InvariantCulture);
        var line = OutsideText.Line(text);
        return line == text ? value : line;
    }

    private static string Fill(ReadOnlySpan<char> template, ReadOnlySpan<object?> values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
        {
            var hole = template.IndexOf('{');
            text.Append(template[..hole]).Append(CultureInfo.InvariantCulture, $"{(value is TimeSpan duration ? Readable.Duration(duration) : value)}");
            template = template[(template.IndexOf('}') + 1)..];
        }

        return text.Append(template).ToString();
    }
}

/// <summary>A number that reads as a phrase in the text, and is a number among the fields.</summary>
internal sealed record Counted(int Number, string One, string Many)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {(Number == 1 ? One : Many)}");
}

/// <summary>Of what connection an event is logged.</summary>
internal readonly record struct LogScope(string Connection, long Epoch, ConnectionState State);

/// <summary>An event that may be logged: its number and name never change, its template names its fields.</summary>
internal sealed class LogEventKind
{
    public LogEventKind(int id, LogLevel level, string template, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        (Id, Level, Template, Name) = (id, level, template, name.EndsWith("Kind", StringComparison.Ordinal) ? name[..^4] : name);
        Fields = [.. template.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)])];
    }

    public int Id { get; }

    public string Name { get; }

    public LogLevel Level { get; }

    public string Template { get; }

    public IReadOnlyList<string> Fields { get; }
}
