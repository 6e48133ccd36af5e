using System.Reflection;
using System.Text.RegularExpressions;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>One place for all that is logged.</summary>
public sealed partial class LogEventsTests
{
    private static readonly LogScope Scope = new("bybit", 3, ConnectionState.Ready);

    [Fact]
    public void Every_event_has_an_id_and_a_name_of_its_own()
    {
        Assert.Equal(LogEvents.All.Count, LogEvents.All.Select(kind => kind.Id).Distinct().Count());
        Assert.Equal(LogEvents.All.Count, LogEvents.All.Select(kind => kind.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(LogEvents.All, kind => Assert.InRange(kind.Id, 1_001, 1_999));
    }

    [Fact]
    public void The_list_of_events_is_complete_and_each_has_the_method_that_logs_it()
    {
        var kinds = typeof(LogEvents).GetProperties(BindingFlags.Static | BindingFlags.NonPublic).Where(p => p.PropertyType == typeof(LogEventKind));
        var methods = Methods().Select(method => method.Name).ToHashSet();

        Assert.Equal(kinds.Select(p => p.GetValue(null)).ToHashSet(), [.. LogEvents.All]);
        Assert.Empty(LogEvents.All.Select(kind => kind.Name).Except(methods).Except(["StateChangedAgain"]));
    }

    [Fact]
    public void What_is_logged_has_its_fields_by_name_and_reads_as_a_sentence()
    {
        var log = new Recorder();

        log.RotationFailed(Scope, new Epoch(4), "it was not ready within 30s");

        var (level, message) = Assert.Single(log.Logged);
        Assert.Equal(LogLevel.WarningLevel, level);
        Assert.Equal("[AkkaWs 1008] Connection bybit, epoch 3, Ready: rotation to epoch 4 failed: it was not ready within 30s", message.ToString());
        Assert.Equal((1008, "RotationFailed", "bybit", 3L, ConnectionState.Ready), (message.EventId, message.EventName, message.Connection, message.Epoch, message.State));
        Assert.Equal([new("Standby", new Epoch(4)), new("Why", "it was not ready within 30s")], message.Fields);
        Assert.Equal("[AkkaWs {EventId}] Connection {Connection}, epoch {Epoch}, {State}: rotation to epoch {Standby} failed: {Why}", message.Format);
        Assert.Equal(6, message.Parameters().Count());
    }

    [Fact]
    public void Every_event_gives_a_value_to_each_of_its_fields()
    {
        foreach (var method in Methods())
        {
            var log = new Recorder();
            if (method.Name.StartsWith("Payload", StringComparison.Ordinal))
                LogPayload(method.Name, log);
            else
                method.Invoke(null, [.. method.GetParameters().Select(p => Sample(p.ParameterType, log))]);

            var (_, message) = Assert.Single(log.Logged);
            var kind = LogEvents.All.Single(kind => kind.Id == message.EventId);
            Assert.Equal(kind.Fields, message.Fields.Select(field => field.Key));
            Assert.Equal(4 + kind.Fields.Count, message.Parameters().Count());
            Assert.DoesNotContain("{", message.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Below_the_level_nothing_is_made()
    {
        var log = new Recorder { Level = LogLevel.ErrorLevel };

        log.WaitsForTurn(Scope, "host", 3);
        log.PayloadSent(Scope, "request", "x"u8, isSensitive: false);

        Assert.Empty(log.Logged);
    }

    [Fact]
    public void Everything_that_is_logged_goes_through_the_events()
    {
        var source = Repository.PathOf("src", "AkkaWs");
        var elsewhere = from file in Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories)
                        where !file.EndsWith(Path.Combine("Telemetry", "LogEvents.cs"), StringComparison.Ordinal)
                        from Match call in LogCall().Matches(File.ReadAllText(file))
                        select $"{Path.GetRelativePath(source, file)}: {call.Value}";

        Assert.Empty(elsewhere);
        Assert.Matches(LogCall(), "_log.Warning(\"x\")");
        Assert.Matches(LogCall(), "Context.GetLogger().Info(\"x\")");
        Assert.Matches(LogCall(), "LogTarget.Of(Context).Info(\"x\")");
    }

    [Fact]
    public void Every_logger_is_the_one_that_a_host_may_replace()
    {
        var source = Repository.PathOf("src", "AkkaWs");
        var files = Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories).Where(file => File.ReadAllText(file).Contains("GetLogger(", StringComparison.Ordinal));

        Assert.Equal([Path.Combine("Telemetry", "LogTarget.cs")], files.Select(file => Path.GetRelativePath(source, file)));
    }

    private static IEnumerable<MethodInfo> Methods() => typeof(LogEvents).GetMethods(BindingFlags.Static | BindingFlags.Public).Where(method => !method.IsSpecialName);

    private static void LogPayload(string name, Recorder log)
    {
        if (name == nameof(LogEvents.PayloadSent))
            log.PayloadSent(Scope, "request", "x"u8, isSensitive: false);
        else
            log.PayloadReceived(Scope, "Response", "x"u8, isSensitive: false);
    }

    private static object? Sample(Type type, Recorder log) =>
        type == typeof(ILoggingAdapter) ? log
        : type == typeof(LogScope) ? Scope
        : type == typeof(CloseReason) ? CloseReason.Requested
        : type == typeof(TopicFailure) ? new TopicFailure("a", "no")
        : type == typeof(ConnectionMetrics) ? new ConnectionMetrics("bybit", ConnectionState.Ready, new Epoch(3))
        : type == typeof(UnconfirmedTopic) ? new UnconfirmedTopic("a", DateTimeOffset.UnixEpoch, "no")
        : type == typeof(Exception) ? new InvalidOperationException("on purpose")
        : type == typeof(Type) ? typeof(LineProtocol)
        : type == typeof(string) ? "text"
        : Activator.CreateInstance(Nullable.GetUnderlyingType(type) ?? type);

    // A logger's own methods, wherever the logger comes from.
    [GeneratedRegex(@"(\b_?log\b|GetLogger\(\)|LogTarget\.Of\(\w+\))\s*\.\s*(Info|Warning|Error|Debug|Log)\(", RegexOptions.IgnoreCase)]
    private static partial Regex LogCall();

    private sealed class Recorder : ILoggingAdapter
    {
        public LogLevel Level { get; init; } = LogLevel.DebugLevel;

        public List<(LogLevel Level, ConnectionLogMessage Message)> Logged { get; } = [];

        public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

        public bool IsDebugEnabled => IsEnabled(LogLevel.DebugLevel);

        public bool IsErrorEnabled => IsEnabled(LogLevel.ErrorLevel);

        public bool IsInfoEnabled => IsEnabled(LogLevel.InfoLevel);

        public bool IsWarningEnabled => IsEnabled(LogLevel.WarningLevel);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= Level;

        public void Log(LogLevel logLevel, Exception cause, LogMessage message) => Logged.Add((logLevel, Assert.IsType<ConnectionLogMessage>(message)));

        public void Log(LogLevel logLevel, Exception cause, string format) => Assert.Fail(format);
    }
}
