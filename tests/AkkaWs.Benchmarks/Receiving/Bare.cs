using System.Net.WebSockets;
using AkkaWs.Benchmarks.Blaster;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>How every bare row connects.</summary>
internal static class Bare
{
    /// <summary>A first message, which starts a blast.</summary>
    public static ReadOnlyMemory<byte> Go { get; } = "{}"u8.ToArray();

    public static async Task<ClientWebSocket> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is { Subject: BlasterServer.CertificateSubject };
        await socket.ConnectAsync(url, cancellationToken);
        return socket;
    }
}
