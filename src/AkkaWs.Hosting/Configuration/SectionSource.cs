using AkkaWs.Client;
using Microsoft.Extensions.Primitives;

namespace AkkaWs.Hosting.Configuration;

/// <summary>Options that come from a section of the host's configuration, which also says how the host starts the connection and which protocol it speaks.</summary>
internal sealed record SectionSource : OptionsSource
{
    public SectionSource(ConnectionSection section)
        : base(section.Read)
    {
        Section = section;
        Watch = changed => ChangeToken.OnChange(section.Own.GetReloadToken, changed);
    }

    public ConnectionSection Section { get; }
}
