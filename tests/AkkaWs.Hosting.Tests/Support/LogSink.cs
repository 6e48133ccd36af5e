using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting.Tests.Support;

/// <summary>Keeps every line that is logged, with all that its logger was given, and lets a test wait for one.</summary>
internal sealed class LogSink : ILoggerProvider, ISupportExternalScope
{
    private readonly Kept<LogLine> _lines = new();
    private IExternalScopeProvider? _scopes;

    public IReadOnlyList<LogLine> Lines => _lines.All;

    /// <summary>What is thrown at whoever logs; null: nothing.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The first line with this id, there already or to come.</summary>
    public Task<LogLine> WithIdAsync(int id, CancellationToken cancellationToken) => WhichAsync(line => line.Id.Id == id, cancellationToken);

    /// <summary>The first such line, there already or to come.</summary>
    public Task<LogLine> WhichAsync(Predicate<LogLine> condition, CancellationToken cancellationToken) => _lines.WhichAsync(condition, cancellationToken);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <summary>As real ones, it takes no more lines then.</summary>
    public void Dispose() => Failure = new ObjectDisposedException(nameof(LogSink));

    private sealed class Logger(LogSink sink, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (sink.Failure is { } failure)
                throw failure;
            var scopes = new List<object?>();
            sink._scopes?.ForEachScope((scope, all) => all.Add(scope), scopes);
            sink._lines.Add(new LogLine(category, eventId, logLevel, formatter(state, exception), Pairs(state), [.. scopes.SelectMany(Pairs)], exception));
        }

        private static IReadOnlyList<KeyValuePair<string, object?>> Pairs(object? state) => state as IReadOnlyList<KeyValuePair<string, object?>> ?? [new("", state)];
    }
}

/// <summary>A line as a logger that keeps structure has it.</summary>
internal sealed record LogLine(
    string Category,
    Microsoft.Extensions.Logging.EventId Id,
    LogLevel Level,
    string Text,
    IReadOnlyList<KeyValuePair<string, object?>> Values,
    IReadOnlyList<KeyValuePair<string, object?>> Scope,
    Exception? Exception)
{
    public object? this[string field] => Values.Single(value => value.Key == field).Value;

    /// <summary>All of it as text, to be searched.</summary>
    public override string ToString() => $"{Category} {Id} {Level} {Text} {string.Join(' ', Values)} {string.Join(' ', Scope)} {Exception}";
}
