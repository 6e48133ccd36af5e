using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;

namespace AkkaWs.Hosting.Tests.Logging;

public sealed class ConnectionLogRecordTests
{
    private static readonly LogScope Scope = new("feed", 3, ConnectionState.Ready);

    [Fact]
    public void Every_event_has_each_of_its_fields_once_beside_those_of_the_connection()
    {
        foreach (var kind in LogEvents.All)
        {
            var record = Of(kind, [.. kind.Fields.Select((_, i) => (object)i)]);

            Assert.Equal(["Connection", "Epoch", "State", .. kind.Fields, "{OriginalFormat}"], record.Select(value => value.Key));
            Assert.Equal(record.Count, record.Select(value => value.Key).Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.StartsWith("Connection feed, epoch 3, Ready: ", record.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("{", record.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Numbers_and_times_stay_what_they_are_and_all_else_is_as_it_reads()
    {
        var reason = new CloseReason(ErrorClass.Tls, "no trust");

        Assert.Equal(
            [7, 8L, 9L, TimeSpan.FromSeconds(2), "no trust", "tickers.BTC", "Closing", null],
            ValuesOf(7, 8L, new Epoch(9), TimeSpan.FromSeconds(2), reason, (Topic)"tickers.BTC", ConnectionState.Closing, null));
    }

    private static object?[] ValuesOf(params object?[] values) =>
        [.. Of(new LogEventKind(1_999, LogLevel.InfoLevel, string.Concat(values.Select((_, i) => $"{{F{i}}}")), "Test"), values).Where(value => value.Key[0] == 'F').Select(value => value.Value)];

    private static ConnectionLogRecord Of(LogEventKind kind, object?[] values) => new(new ConnectionLogMessage(DefaultLogMessageFormatter.Instance, kind, Scope, values));
}
