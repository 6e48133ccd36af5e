namespace AkkaWs.Options;

/// <summary>Reads the sections <c>tls</c>, <c>proxy</c> and <c>deflate</c>.</summary>
internal static class HoconTransportReader
{
    public static TlsOptions ReadTls(HoconSection section)
    {
        var options = new TlsOptions
        {
            PinnedSha256 = section.Texts("pinned-sha256"),
            Revocation = section.Choice("revocation", ("off", TlsRevocation.Off), ("online", TlsRevocation.Online)),
        };
        section.RejectUnknownKeys();
        return options;
    }

    public static ProxyOptions ReadProxy(HoconSection section)
    {
        var options = new ProxyOptions
        {
            Address = section.Is("address", ProxyOptions.System) ? ProxyOptions.System : section.IsOff("address") ? ProxyOptions.Off : section.Text("address"),
            User = section.Secret("user"),
            Password = section.Secret("password"),
        };
        section.RejectUnknownKeys();
        return options;
    }

    public static DeflateOptions ReadDeflate(HoconSection section)
    {
        var options = new DeflateOptions
        {
            Enabled = section.Switch("enabled"),
            ClientMaxWindowBits = section.Count("client-max-window-bits"),
            ServerMaxWindowBits = section.Count("server-max-window-bits"),
            ClientContextTakeover = section.Switch("client-context-takeover"),
            ServerContextTakeover = section.Switch("server-context-takeover"),
            MinimumSize = (int)section.Size("minimum-size", int.MaxValue),
        };
        section.RejectUnknownKeys();
        return options;
    }
}
