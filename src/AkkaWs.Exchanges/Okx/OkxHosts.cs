namespace AkkaWs.Exchanges;

/// <summary>The addresses behind <see cref="OkxHost"/>.</summary>
internal static class OkxHosts
{
    public static bool IsDemo(OkxHost host) => host is OkxHost.GlobalDemo or OkxHost.EeaDemo or OkxHost.UsDemo;

    public static string SocketOf(OkxHost host) => host switch
    {
        OkxHost.Global => OkxFacts.GlobalHost,
        OkxHost.Eea => OkxFacts.EeaHost,
        OkxHost.Us => OkxFacts.UsHost,
        OkxHost.GlobalDemo => OkxFacts.GlobalDemoHost,
        OkxHost.EeaDemo => OkxFacts.EeaDemoHost,
        OkxHost.UsDemo => OkxFacts.UsDemoHost,
        _ => throw Unknown(host),
    };

    public static string RestOf(OkxHost host) => host switch
    {
        OkxHost.Global or OkxHost.GlobalDemo => OkxFacts.GlobalRestHost,
        OkxHost.Eea or OkxHost.EeaDemo => OkxFacts.EeaRestHost,
        OkxHost.Us or OkxHost.UsDemo => OkxFacts.UsRestHost,
        _ => throw Unknown(host),
    };

    private static ArgumentOutOfRangeException Unknown(OkxHost host) => new(nameof(host), host, "OKX has no such host.");
}
