using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Tests.Options.Effects;

/// <summary>How an option shows: two values of it, and what somebody can observe who does not see the option itself.</summary>
/// <param name="Key">Its key, as the page of all options has it.</param>
/// <param name="One">A value.</param>
/// <param name="Other">Another value.</param>
/// <param name="Observe">What becomes of a connection, or of the policy that decides for it.</param>
internal sealed record OptionEffect(string Key, object? One, object? Other, Func<WebSocketClientOptions, Task<string>> Observe)
{
    private const string OfOneClass = "reconnect.classes.";

    private static readonly WebSocketClientOptions Defaults = new()
    {
        Name = "effect",
        Url = new Uri("ws://127.0.0.1/"),
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
    };

    /// <summary>Decided by a pure policy.</summary>
    public OptionEffect(string key, object? one, object? other, Func<WebSocketClientOptions, string> decide)
        : this(key, one, other, options => Task.FromResult(decide(options)))
    {
    }

    /// <summary>What else is set, so that the option has something to say.</summary>
    public Func<WebSocketClientOptions, WebSocketClientOptions> Given { get; init; } = options => options;

    /// <summary>The keys of all options there are, those of a single class of errors included.</summary>
    public static IEnumerable<string> Keys => OptionCatalog.All.Select(option => option.Key)
        .Concat(typeof(ClassReconnectOptions).GetProperties().Where(property => property.CanWrite).Select(property => OfOneClass + OptionCatalog.KeyOf(property.Name)));

    /// <summary>Options in which nothing but this one differs by <paramref name="value"/>.</summary>
    public WebSocketClientOptions With(object? value)
    {
        var options = Given(Defaults);
        if (!Key.StartsWith(OfOneClass, StringComparison.Ordinal))
            return options.With(OptionCatalog.All.Single(option => option.Key == Key).Path, value);
        var own = new ClassReconnectOptions();
        typeof(ClassReconnectOptions).GetProperties().Single(property => OfOneClass + OptionCatalog.KeyOf(property.Name) == Key).SetValue(own, value);
        return options with { Reconnect = options.Reconnect with { Classes = new Dictionary<ErrorClass, ClassReconnectOptions> { [ErrorClass.Refused] = own } } };
    }
}
