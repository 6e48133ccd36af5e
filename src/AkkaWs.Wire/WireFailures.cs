using System.Net.Sockets;

namespace AkkaWs.Wire;

/// <summary>Gives the failures of streams their type.</summary>
internal static class WireFailures
{
    public static WireException OfTransport(Exception thrown, string during)
    {
        if (thrown is WireException wire)
            return wire;
        if (Find<SocketException>(thrown) is { } socket)
            return new WireResetException(Describe(socket.SocketErrorCode, during), socket.SocketErrorCode, thrown);
        if (thrown is IOException or ObjectDisposedException)
            return new WireResetException($"The transport broke while {during}.", SocketError.SocketError, thrown);
        return new WireProtocolException($"A callback or the stream threw {thrown.GetType().Name} while {during}.", CloseCode.InternalError, thrown);
    }

    private static string Describe(SocketError error, string during) => error == SocketError.ConnectionReset
        ? $"Reset by the peer while {during}."
        : $"The connection broke while {during}: {error}.";

    public static WireClosedException Closed(CloseCode code, string reason) =>
        new(code, reason, $"The connection is closed: {(int)code} {code}.");

    public static WireClosedException Aborted() =>
        new(CloseCode.AbnormalClosure, "", "The connection was aborted by this side.");

    public static WireClosedException EndOfStream(bool midMessage) =>
        new(CloseCode.AbnormalClosure, "", midMessage ? "The peer ended the connection in the middle of a message, without a close frame." : "The peer ended the connection without a close frame.");

    public static T? Find<T>(Exception? thrown)
        where T : Exception
    {
        for (; thrown is not null; thrown = thrown.InnerException)
        {
            if (thrown is T found)
                return found;
        }

        return null;
    }
}
