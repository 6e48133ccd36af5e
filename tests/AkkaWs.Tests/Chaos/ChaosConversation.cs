using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AkkaWs.Wire;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>One client's conversation with a <see cref="ChaosVenue"/>: upgrade, login, subscriptions, updates, each where the venue may fail.</summary>
internal sealed class ChaosConversation(ChaosVenue venue, Stream stream, CancellationToken ending) : IDisposable
{
    public const string Topic = "trades";

    private readonly SemaphoreSlim _sending = new(1, 1);
    private volatile bool _isUpgraded;

    public async Task RunAsync()
    {
        var request = await ReadHeadAsync();
        if (!request.StartsWith("GET ", StringComparison.Ordinal))
            return;
        var upgrade = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept(request)}\r\n\r\n";
        if (!await AnswerAsync(Moment.HttpAnswer, Encoding.ASCII.GetBytes(upgrade)))
            return;
        _isUpgraded = true;
        while (await RespondAsync(await ReadFrameAsync()))
        {
        }
    }

    public void Dispose() => _sending.Dispose();

    /// <summary>Sends an update; to a client that is gone, or not there yet, it goes nowhere.</summary>
    public async Task SendAsync(string update)
    {
        try
        {
            if (_isUpgraded)
                await WriteAsync(Frames.Text($"U|{Topic}|{update}"));
        }
        catch (Exception gone) when (ChaosVenue.IsGone(gone))
        {
            // Sent into the void.
        }
    }

    private async Task<bool> RespondAsync((WireOpcode Opcode, byte[] Payload) frame)
    {
        switch (frame.Opcode)
        {
            case WireOpcode.Ping:
                await WriteAsync(Frames.Frame(WireOpcode.Pong, frame.Payload));
                return true;
            case WireOpcode.Close:
                await AnswerAsync(Moment.Closing, Frames.Close(1000));
                return false;
            case WireOpcode.Text:
                var fields = Encoding.UTF8.GetString(frame.Payload).Split('|');
                return fields[0] switch
                {
                    "auth" => await AnswerAsync(Moment.Login, Frames.Text("S|auth|ok")),
                    "sub" => await AnswerAsync(Moment.Subscribe, Frames.Text($"A|{fields[1]}|ok")) && await AnswerAsync(Moment.Ready, Frames.Text($"U|{Topic}|first")),
                    "unsub" => await AnswerAsync(null, Frames.Text($"A|{fields[1]}|ok")),
                    _ => true,
                };
            default:
                return true;
        }
    }

    /// <summary>Sends what is right at this moment, or what the venue's trouble makes of it; false: the conversation is over.</summary>
    private async Task<bool> AnswerAsync(Moment? moment, byte[] answer)
    {
        if (moment is null || venue.StrikeAt(moment.Value) is not { } trouble)
        {
            await WriteAsync(answer);
            return true;
        }

        switch (trouble.Failure)
        {
            case Failure.HalfAnswer:
                await WriteAsync(answer[..(answer.Length / 2)]);
                return false;
            case Failure.HttpPage:
                await WriteAsync(WireFailures.HttpPage);
                await AwaitReactionAsync();
                return false;
            case Failure.ClientError or Failure.ServerError when moment == Moment.HttpAnswer:
                await WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {WireFailures.StatusOf(trouble)} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                await AwaitReactionAsync();
                return false;
            case Failure.IllegalFrame or Failure.CloseFrame:
                await WriteAsync([.. moment == Moment.HttpAnswer ? answer : [], .. WireFailures.FrameOf(trouble)]);
                await AwaitReactionAsync();
                return false;
            case Failure.Refuse:
                await venue.Proxy.RefuseAsync();
                break;
        }

        venue.Proxy.Apply(WireFailures.FaultOf(trouble.Failure));
        if (trouble.Failure is Failure.Silence or Failure.Trickle)
            await WriteAsync(answer);
        return true;
    }

    private async Task WriteAsync(byte[] bytes)
    {
        await _sending.WaitAsync(ending);
        try
        {
            await stream.WriteAsync(bytes, ending);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The client's close frame, or its end: bytes left unread would turn ours into a reset, which may overtake what was written.</summary>
    private async Task AwaitReactionAsync() => _ = await stream.ReadAsync(new byte[4096], ending);

    private async Task<(WireOpcode Opcode, byte[] Payload)> ReadFrameAsync()
    {
        const int MaskSize = 4;
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, ending);
        var length = head[1] & 0x7F;
        if (length == 126)
        {
            var extended = new byte[2];
            await stream.ReadExactlyAsync(extended, ending);
            length = BinaryPrimitives.ReadUInt16BigEndian(extended);
        }

        var masked = new byte[MaskSize + length];
        await stream.ReadExactlyAsync(masked, ending);
        return ((WireOpcode)(head[0] & 0x0F), [.. masked.Skip(MaskSize).Select((value, i) => (byte)(value ^ masked[i % MaskSize]))]);
    }

    private async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, ending) > 0)
            head.Append((char)one[0]);
        return head.ToString();
    }

#pragma warning disable CA5350 // RFC 6455 section 4.2.2 names SHA-1.
    private static string Accept(string request)
    {
        var key = request.Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))[19..].Trim();
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    }
#pragma warning restore CA5350
}
