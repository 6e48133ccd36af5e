using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Wire;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>How every wire row connects.</summary>
internal static class Wired
{
    public static WireOptions Options { get; } = new()
    {
        CertificateValidation = (_, certificate, _, _) => certificate is { Subject: BlasterServer.CertificateSubject },
    };
}
