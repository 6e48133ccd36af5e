using System.Net.Sockets;
using System.Text;

namespace AkkaWs.Wire;

/// <summary>
/// One upgrade per process that nobody waits for, answered in memory. In a fresh process nearly all the time of the first connection goes into
/// compiling and loading; so much of it another processor can do while the caller gets ready.
/// </summary>
internal static class WarmUp
{
    private static readonly Lazy<Task> Once = new(() => Task.Run(UpgradeAsync));

    public static Task RunAsync() => Once.Value;

    private static async Task UpgradeAsync()
    {
        var options = new WireOptions { Proxy = WireProxy.None, ConnectCallback = (_, _) => new ValueTask<Stream>(Answering()) };
        var upgraded = await new Upgrade(options, TcpDialer.Shared).OpenAsync(new Uri("ws://127.0.0.1"), CancellationToken.None).ConfigureAwait(false);
        await upgraded.Stream.DisposeAsync().ConfigureAwait(false);
    }

    private static AnsweringStream Answering()
    {
        TcpDialer.Open(AddressFamily.InterNetwork, new WireOptions().TcpKeepAlive).Dispose();
        return new AnsweringStream();
    }

    /// <summary>A server's end that switches protocols, whatever the request.</summary>
    private sealed class AnsweringStream : Stream
    {
        private const string KeyHeader = "Sec-WebSocket-Key: ";
        private readonly MemoryStream _request = new();
        private MemoryStream? _answer;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => Answer().Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Answer().Read(buffer.Span));

        public override void Write(byte[] buffer, int offset, int count) => _request.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _request.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private MemoryStream Answer()
        {
            if (_answer is not null)
                return _answer;
            var request = Encoding.ASCII.GetString(_request.GetBuffer(), 0, (int)_request.Length);
            var key = request[(request.IndexOf(KeyHeader, StringComparison.Ordinal) + KeyHeader.Length)..];
            var accept = UpgradeAnswer.Accept(key[..key.IndexOf('\r', StringComparison.Ordinal)]);
            return _answer = new MemoryStream(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        }
    }
}
