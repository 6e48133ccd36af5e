using System.Globalization;
using Akka.Configuration;
using AkkaWs.Client;
using AkkaWs.Options;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary><c>tcp-keep-alive</c>, as the kernel sees it.</summary>
public sealed class TcpKeepAliveTests : ConnectionTest
{
    // The timer of a socket in /proc/net/tcp: none, or the one that probes a peer that says nothing.
    private const string NoTimer = "00";
    private const string KeepAliveTimer = "02";

    [LinuxTheory]
    [InlineData("7s", KeepAliveTimer, 7)]
    [InlineData("off", NoTimer, 0)]
    public async Task The_kernel_probes_an_idle_connection_after_tcp_keep_alive(string keepAlive, string timer, int seconds)
    {
        var accepted = new TaskCompletionSource<int>();
        var scripted = new ScriptedServerOptions { OnUpgrade = context => new(accepted.TrySetResult(context.Connection.RemotePort)) };
        await using var server = await LineServer.StartAsync(scripted);
        var hocon = $"akka-ws.connections.keep-alive {{ url = \"{server.Url}\", tcp-keep-alive = {keepAlive} }}";
        var options = HoconOptionsReader.Read(ConfigurationFactory.ParseString(hocon), "keep-alive");

        await using var client = await WebSocketClient.Builder(options.Name).Options(options).Protocol(new LineProtocol()).ConnectAsync(Sys, Ct);

        var port = await accepted.Task.WaitAsync(Deadline);
        // What was sent a moment ago waits for its acknowledgement first.
        await AwaitAssertAsync(() => Assert.Equal(timer, TimerOf(port).Kind), Deadline);
        Assert.InRange(TimerOf(port).Left.TotalSeconds, 0, seconds);
    }

    // The columns of a line: number, local address, remote address, state, queues, timer:ticks of 10 ms, and others.
    private static (string Kind, TimeSpan Left) TimerOf(int port)
    {
        var line = File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(columns => columns[1].EndsWith($":{port:X4}", StringComparison.Ordinal));
        var timer = line[5].Split(':');
        return (timer[0], TimeSpan.FromMilliseconds(10 * int.Parse(timer[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
    }

    private sealed class LinuxTheoryAttribute : TheoryAttribute
    {
        public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "It reads /proc/net/tcp, which is Linux's.";
    }
}
