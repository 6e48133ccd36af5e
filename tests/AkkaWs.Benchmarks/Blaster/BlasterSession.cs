using System.Diagnostics;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>One connection of the server: blocking reads on the caller's thread and, in a blast, blocking writes on a second one.</summary>
internal sealed class BlasterSession(Stream stream, BlasterScript script, PreparedFrames frames)
{
    private const byte FinalClose = 0x88;
    private const byte FinalPing = 0x89;
    private const byte FinalPong = 0x8A;
    private const int PacesPerSecond = 1_000;

    private readonly Lock _write = new();
    private readonly byte[] _reply = new byte[64 * 1024];
    private volatile bool _stopping;

    public void Run()
    {
        var reader = new ClientFrames(stream);
        Thread? blast = null;
        while (reader.TryRead(out var payload))
        {
            switch (reader.First)
            {
                case FinalClose:
                    _stopping = true;
                    Reply(FinalClose, payload);
                    return;
                case FinalPing:
                    Reply(FinalPong, payload);
                    break;
                case FinalPong:
                    break;
                case var first when script.Mode == BlasterMode.Echo:
                    Reply(first, payload);
                    break;
                default:
                    if (blast is null)
                    {
                        blast = new Thread(Blast, 256 * 1024) { IsBackground = true, Name = "blast" };
                        blast.Start();
                    }

                    if (script.Mode == BlasterMode.BlastAndEcho)
                        Reply(reader.First, payload);
                    break;
            }
        }

        _stopping = true;
    }

    private void Reply(byte first, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[10];
        header = header[..PreparedFrames.WriteHeader(header, first, payload.Length)];
        lock (_write)
        {
            // One write for a frame: two would cost the client a second wake-up.
            if (header.Length + payload.Length <= _reply.Length)
            {
                header.CopyTo(_reply);
                payload.CopyTo(_reply.AsSpan(header.Length));
                stream.Write(_reply.AsSpan(0, header.Length + payload.Length));
                return;
            }

            stream.Write(header);
            stream.Write(payload);
        }
    }

    private void Blast()
    {
        try
        {
            if (script.Rate > 0)
                BlastPaced();
            while (!_stopping)
                Write(frames.All);
        }
        catch (IOException)
        {
            // The client has left: the usual end of a blast.
        }
        catch (ObjectDisposedException)
        {
            // As above, noticed by the reading thread first.
        }
    }

    private void BlastPaced()
    {
        var stamped = new byte[frames.All.Length];
        var started = Stopwatch.GetTimestamp();
        long sent = 0;
        while (!_stopping)
        {
            var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * script.Rate);
            while (sent < due && !_stopping)
            {
                var first = (int)(sent % frames.Count);
                var count = (int)Math.Min(due - sent, frames.Count - first);
                frames.Stamp(first, count, stamped, Stopwatch.GetTimestamp());
                Write(stamped.AsSpan(0, count * frames.FrameLength));
                sent += count;
            }

            Thread.Sleep(1_000 / PacesPerSecond);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_write)
        {
            if (!_stopping)
                stream.Write(bytes);
        }
    }
}
