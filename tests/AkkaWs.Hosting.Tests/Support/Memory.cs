using Microsoft.Extensions.Configuration;

namespace AkkaWs.Hosting.Tests.Support;

/// <summary>A configuration that a test writes.</summary>
internal static class Memory
{
    public static IConfigurationRoot Of(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();
}
