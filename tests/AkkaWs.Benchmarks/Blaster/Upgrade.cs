using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>The server's side of the opening handshake (RFC 6455, section 4.2).</summary>
internal static class Upgrade
{
    private const int MaxRequest = 16 * 1024;
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const string KeyHeader = "\r\nSec-WebSocket-Key:";

    /// <summary>Reads the request, answers 101 and returns the request's target; null when the client went away.</summary>
    public static string? Accept(Stream stream)
    {
        var buffer = new byte[MaxRequest];
        var length = 0;
        while (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0)
                return null;
            length += read;
        }

        var request = Encoding.ASCII.GetString(buffer, 0, length);
        stream.Write(Answer(request));
        return request.Split(' ', 3)[1];
    }

    /// <summary>The answer to a request, which ends with the line break of its last header.</summary>
    public static byte[] Answer(string request)
    {
        var key = request.IndexOf(KeyHeader, StringComparison.OrdinalIgnoreCase) + KeyHeader.Length;
        var accept = AcceptOf(request[key..request.IndexOf('\r', key)].Trim());
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 prescribes SHA-1 here; it protects nothing.")]
    private static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
}
