using Akka.Actor;
using Akka.Configuration;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaWs.Hosting.Configuration;

/// <summary>What the host's configuration says of one connection: <paramref name="Own"/> over <paramref name="Defaults"/>.</summary>
/// <param name="Name">The connection's name.</param>
/// <param name="Defaults">What all connections take; null: nothing.</param>
/// <param name="Own">Its own section.</param>
internal sealed record ConnectionSection(string Name, IConfiguration? Defaults, IConfiguration Own)
{
    private const string Protocol = "protocol";
    private const string WaitForReady = "wait-for-ready";
    private const string ReadyTimeout = "ready-timeout";

    private static readonly string[] Sections = ["Connections", "ConnectionDefaults", "Hosting"];

    /// <summary>The keys that are no options of the connection, but say how the host starts it.</summary>
    public static IReadOnlyList<string> StartKeys { get; } = [Protocol, WaitForReady, ReadyTimeout];

    public static IConfiguration ConnectionsOf(IConfiguration section) => ChildOf(section, "connections");

    public static IConfiguration DefaultsOf(IConfiguration section) => ChildOf(section, "connection-defaults");

    public static IConfiguration HostingOf(IConfiguration section) => ChildOf(section, "hosting");

    public static IReadOnlyList<string> NamesIn(IConfiguration section) => [.. ConnectionsOf(section).GetChildren().Select(child => child.Key)];

    /// <summary>The keys beside <c>Connections</c>, <c>ConnectionDefaults</c> and <c>Hosting</c>: a misspelt one would otherwise be no connection at all.</summary>
    public static IReadOnlyList<OptionError> UnknownKeysIn(IConfiguration section) =>
    [
        .. from child in section.GetChildren()
           where !Sections.Any(known => ConfigurationHocon.AreSame(known, child.Key))
           select new OptionError(child.Key, NearestKey.Describe(child.Key, Sections), "one of " + string.Join(", ", Sections)),
    ];

    /// <exception cref="InvalidOptionsException">Values cannot be read.</exception>
    public WebSocketStartOptions ReadStart()
    {
        var (section, errors) = StartSection();
        var start = new WebSocketStartOptions { WaitForReady = section.Switch(WaitForReady), ReadyTimeout = section.Duration(ReadyTimeout) };
        return errors.Count == 0 ? start : throw new InvalidOptionsException(Name, errors);
    }

    /// <exception cref="InvalidOptionsException">There is no such handler.</exception>
    public ProtocolHandler FindHandler(IServiceProvider services)
    {
        var key = StartSection().Section.Text(Protocol) is { Length: > 0 } configured ? configured : Name;
        return services.GetKeyedService<ProtocolHandler>(key) ?? throw new InvalidOptionsException(
            Name, [new OptionError(Protocol, $"\"{key}\"", $"the key of a ProtocolHandler among the services: services.AddKeyedTransient<ProtocolHandler, MyHandler>(\"{key}\")")]);
    }

    private static IConfiguration ChildOf(IConfiguration section, string key) =>
        section.GetChildren().FirstOrDefault(child => ConfigurationHocon.AreSame(child.Key, key)) ?? section.GetSection(key);

    /// <exception cref="InvalidOptionsException">A key is unknown; a value cannot be read or is out of range.</exception>
    public WebSocketClientOptions Read(ActorSystem system)
    {
        var config = ConfigurationFactory.ParseString($$"""
            akka-ws {
              connection-defaults {
                {{(Defaults is null ? "" : ConfigurationHocon.Options(Defaults, StartKeys))}}
              }
              connections {
                "{{Name}}" {
                  {{ConfigurationHocon.Options(Own, StartKeys)}}
                }
              }
            }
            """);
        return HoconOptionsReader.Read(config.WithFallback(system.Settings.Config), Name, StartKeys);
    }

    private (HoconSection Section, List<OptionError> Errors) StartSection()
    {
        var errors = new List<OptionError>();
        var none = new WebSocketStartOptions();
        var text = $"""
            {Protocol} = ""
            {WaitForReady} = {(none.WaitForReady ? "on" : "off")}
            {ReadyTimeout} = "{OptionChecks.Text(none.ReadyTimeout)}"
            {(Defaults is null ? "" : ConfigurationHocon.Only(Defaults, StartKeys))}
            {ConfigurationHocon.Only(Own, StartKeys)}
            """;
        return (new HoconSection(ConfigurationFactory.ParseString(text).Root.GetObject(), "", errors), errors);
    }
}
