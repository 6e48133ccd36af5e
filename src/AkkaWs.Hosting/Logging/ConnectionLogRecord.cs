using System.Collections;
using System.Globalization;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;

namespace AkkaWs.Hosting;

/// <summary>An event of a connection as loggers that keep structure read it: connection, epoch and state, the event's own fields by name, the template.</summary>
internal sealed class ConnectionLogRecord : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly ConnectionLogMessage _message;
    private readonly KeyValuePair<string, object?>[] _values;

    public ConnectionLogRecord(ConnectionLogMessage message)
    {
        _message = message;
        _values =
        [
            new("Connection", message.Connection),
            new("Epoch", message.Epoch),
            new("State", message.State.ToString()),
            .. message.Fields.Select(field => new KeyValuePair<string, object?>(field.Key, Plain(field.Value))),
            new("{OriginalFormat}", message.Sentence),
        ];
    }

    public int Count => _values.Length;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => _message.ToSentence();

    // Numbers, times and text; all else as it reads: no logger walks our types, or finds more in them than their text tells.
    private static object? Plain(object? value) => value switch
    {
        null or string or bool or int or long or double or TimeSpan => value,
        Epoch epoch => epoch.Value,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
