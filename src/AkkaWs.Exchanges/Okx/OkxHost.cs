namespace AkkaWs.Exchanges;

/// <summary>
/// OKX's hosts: a key works on those of the site that gave it out and on no other, and a key of demo trading on those of demo trading
/// (https://www.okx.com/docs-v5/en/#overview-production-trading-services, checked 2026-11-29). Configuration binds it by name, as it does any enumeration.
/// </summary>
/// <example><code>
/// var host = configuration.GetValue("Okx:Host", OkxHost.Global); // "Okx": { "Host": "Eea" }
/// var options = Okx.CreateOptions(OkxStream.Public, host: host);
/// </code></example>
public enum OkxHost
{
    /// <summary>Accounts of www.okx.com.</summary>
    Global = 0,

    /// <summary>Accounts of my.okx.com: the European Economic Area.</summary>
    Eea,

    /// <summary>Accounts of app.okx.com: the United States and Australia.</summary>
    Us,

    /// <summary>Demo trading of www.okx.com.</summary>
    GlobalDemo,

    /// <summary>Demo trading of my.okx.com.</summary>
    EeaDemo,

    /// <summary>Demo trading of app.okx.com.</summary>
    UsDemo,
}
