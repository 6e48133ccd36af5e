using Akka.Actor;
using Akka.Configuration;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace AkkaWs.Hosting.Configuration;

/// <summary>What the host's configuration says of one connection: <paramref name="Own"/> over <paramref name="Defaults"/>.</summary>
/// <param name="Name">The connection's name.</param>
/// <param name="Defaults">What all connections take; null: nothing.</param>
/// <param name="Own">Its own section.</param>
/// <param name="HasStartKeys">Whether it has the keys of <see cref="StartKeys"/> too.</param>
internal sealed record ConnectionSection(string Name, IConfiguration? Defaults, IConfiguration Own, bool HasStartKeys)
{
    private const string Protocol = "protocol";
    private const string WaitForReady = "wait-for-ready";
    private const string ReadyTimeout = "ready-timeout";

    /// <summary>The keys that are no options of the connection, but say how the host starts it.</summary>
    public static IReadOnlyList<string> StartKeys { get; } = [Protocol, WaitForReady, ReadyTimeout];

    public static IConfiguration ConnectionsOf(IConfiguration section) => ChildOf(section, "connections");

    public static IConfiguration DefaultsOf(IConfiguration section) => ChildOf(section, "connection-defaults");

    public static IReadOnlyList<string> NamesIn(IConfiguration section) => [.. ConnectionsOf(section).GetChildren().Select(child => child.Key)];

    public OptionsSource ToSource() => new(Read) { Watch = changed => ChangeToken.OnChange(Own.GetReloadToken, changed) };

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

    private WebSocketClientOptions Read(ActorSystem system)
    {
        IReadOnlyList<string> except = HasStartKeys ? StartKeys : [];
        var config = ConfigurationFactory.ParseString($$"""
            akka-ws {
              connection-defaults {
                {{(Defaults is null ? "" : ConfigurationHocon.Options(Defaults, except))}}
              }
              connections {
                "{{Name}}" {
                  {{ConfigurationHocon.Options(Own, except)}}
                }
              }
            }
            """);
        return HoconOptionsReader.Read(config.WithFallback(system.Settings.Config), Name);
    }

    private (HoconSection Section, List<OptionError> Errors) StartSection()
    {
        var errors = new List<OptionError>();
        var none = new WebSocketStartOptions();
        var text = $"""
            {Protocol} = ""
            {WaitForReady} = {(none.WaitForReady ? "on" : "off")}
            {ReadyTimeout} = "{OptionChecks.Text(none.ReadyTimeout)}"
            {(Defaults is null || !HasStartKeys ? "" : ConfigurationHocon.Only(Defaults, StartKeys))}
            {(HasStartKeys ? ConfigurationHocon.Only(Own, StartKeys) : "")}
            """;
        return (new HoconSection(ConfigurationFactory.ParseString(text).Root.GetObject(), "", errors), errors);
    }
}
