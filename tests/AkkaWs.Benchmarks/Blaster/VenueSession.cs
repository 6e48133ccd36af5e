using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>One connection of the quiet server. Asynchronous and small, so that ten thousand of them hold no thread and little memory.</summary>
internal sealed class VenueSession(VenueServer server, Socket socket)
{
    private const byte FinalText = 0x81;
    private const byte FinalClose = 0x88;
    private const byte FinalPing = 0x89;
    private const byte FinalPong = 0x8A;
    private const int MaskLength = 4;

    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>Serves until the peer closes; throws what the socket throws when either side resets.</summary>
    public async Task RunAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync())
                return;
        }

        await SendAsync(Upgrade.Answer(Encoding.ASCII.GetString(_buffer, 0, end + 2)));
        Consume(end + 4);
        while (true)
        {
            if (TryReadFrame() is { } reply)
            {
                if (reply.Length > 0)
                    await SendAsync(reply);
                if (reply is [FinalClose, ..])
                    return;
            }
            else if (!await FillAsync())
            {
                return;
            }
        }
    }

    private async Task<bool> FillAsync()
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, _length * 2);
        var read = await socket.ReceiveAsync(_buffer.AsMemory(_length));
        _length += read;
        return read > 0;
    }

    /// <summary>Takes one frame out of the buffer and returns what to answer, empty for nothing; null while the frame is not complete.</summary>
    private byte[]? TryReadFrame()
    {
        if (_length < 2)
            return null;
        var length = _buffer[1] & 0x7F;
        var header = length == 126 ? 4 : 2;
        if (_length < header)
            return null;
        if (header == 4)
            length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(2));
        var total = header + MaskLength + length;
        if (_length < total)
            return null;
        var mask = _buffer.AsSpan(header, MaskLength);
        var payload = _buffer.AsSpan(header + MaskLength, length);
        for (var i = 0; i < length; i++)
            payload[i] ^= mask[i & 3];
        var reply = Answer(_buffer[0], payload);
        Consume(total);
        return reply;
    }

    private byte[] Answer(byte first, ReadOnlySpan<byte> payload)
    {
        switch (first)
        {
            case FinalText:
                return Confirm(payload) is { } confirmation ? Frame(FinalText, confirmation) : [];
            case FinalPing:
                server.CountPing();
                return Frame(FinalPong, payload);
            case FinalClose:
                return Frame(FinalClose, payload);
            default:
                return [];
        }
    }

    private static byte[]? Confirm(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        using var document = JsonDocument.ParseValue(ref reader);
        var operation = document.RootElement.GetProperty("op").GetString();
        if (operation is not ("subscribe" or "unsubscribe"))
            return null;
        var id = document.RootElement.GetProperty("req_id").GetString();
        return Encoding.ASCII.GetBytes($$"""{"success":true,"ret_msg":"{{operation}}","conn_id":"1","req_id":"{{id}}","op":"{{operation}}"}""");
    }

    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[10];
        header = header[..PreparedFrames.WriteHeader(header, first, payload.Length)];
        return [.. header, .. payload];
    }

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }
}
