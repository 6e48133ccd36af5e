using System.Diagnostics;
using System.Net.WebSockets;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class LeakTests
{
    [Fact]
    public async Task Opening_and_closing_connections_leaks_nothing()
    {
        var cycles = Nightly.IsOn ? 10_000 : 300;
        var time = new CountingTime();
        var options = new WireOptions { TimeProvider = time };
        var server = await WebServer.GetAsync();
        var url = server.Route(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            while ((await socket.ReceiveAsync(new byte[64].AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
                await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        var connections = new List<WeakReference>();
        for (var i = 0; i < cycles; i++)
            connections.Add(await CycleAsync(url, options, i));

        // What a connection leaves to other threads ends in their own time; the last one or two may still be held by this thread's own frames.
        var deadline = Stopwatch.StartNew();
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (deadline.Elapsed < Peer.Patience && (time.Alive > 0 || connections.Count(connection => connection.IsAlive) > 3))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await looks.WaitForNextTickAsync();
        }

        Assert.InRange(connections.Count(connection => connection.IsAlive), 0, 3);
        Assert.Equal(0, time.Alive);
    }

    private static async Task<WeakReference> CycleAsync(Uri url, WireOptions options, int i)
    {
        var connection = await WireConnection.ConnectAsync(url, options);
        await connection.SendTextAsync("x");
        Assert.Equal("x", (await connection.MessageAsync()).Text);
        if (i % 3 != 0)
            await connection.CloseAsync().WaitAsync(Peer.Patience);
        await connection.DisposeAsync().AsTask().WaitAsync(Peer.Patience);
        return new WeakReference(connection);
    }

    /// <summary>The system's clock, which counts timers that were not given back.</summary>
    private sealed class CountingTime : TimeProvider
    {
        private int _alive;

        public int Alive => Volatile.Read(ref _alive);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _alive);
            return new Counted(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Decrement(ref _alive));
        }

        private sealed class Counted(ITimer inner, Action ended) : ITimer
        {
            private int _ended;

            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                inner.Dispose();
                if (Interlocked.Exchange(ref _ended, 1) == 0)
                    ended();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
