using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

/// <summary>Which address of a host is connected to.</summary>
public sealed class DialingTests
{
    private const string Upgrades = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
    private const string Unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    private const string Closes = "";
    private const string Silence = "(nothing)";

    private static readonly WireOptions Default = new() { Proxy = WireProxy.None };
    private static readonly IPAddress Old = IPAddress.Parse("127.0.0.2");

    private readonly TcpDialer _dialer;

    // What the resolver and the venue answer.
    private Task<IPAddress[]> _addresses = Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
    private string _answer = Upgrades;

    public DialingTests() => _dialer = new TcpDialer(new AddressBook((_, _, _) => _addresses));

    public static TheoryData<Task<IPAddress[]>> Outages => [Fails(SocketError.TryAgain), Task.FromResult<IPAddress[]>([])];

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task Where_DNS_fails_the_address_of_the_last_upgrade_is_used(Task<IPAddress[]> outage)
    {
        await using var venue = Venue();
        await OpenAsync(venue.Port);
        _addresses = outage;

        await OpenAsync(venue.Port);

        Assert.Equal(2, venue.Accepted);
    }

    [Fact]
    public async Task A_resolver_that_does_not_answer_leaves_time_for_the_address_of_the_last_upgrade()
    {
        await using var venue = Venue();
        await OpenAsync(venue.Port);
        var time = new ManualTime();
        _addresses = new TaskCompletionSource<IPAddress[]>().Task;

        var opening = OpenAsync(venue.Port, Default with { TimeProvider = time });
        await PassAsync(time, Default.ConnectTimeout / 4);

        await opening;
    }

    [Fact]
    public async Task A_resolver_that_fails_after_it_was_given_up_is_no_unobserved_exception()
    {
        var unobserved = new ConcurrentQueue<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> observer = (_, e) => unobserved.Enqueue(e.Exception.InnerException!);
        TaskScheduler.UnobservedTaskException += observer;

        await FailLateAsync();
        await Task.Yield(); // off the stack that still holds the failed task
        GC.Collect();
        GC.WaitForPendingFinalizers();

        TaskScheduler.UnobservedTaskException -= observer;
        Assert.DoesNotContain(unobserved, thrown => thrown is SocketException { SocketErrorCode: SocketError.NoRecovery });
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Unavailable)]
    public async Task A_host_that_has_moved_is_found_again_though_its_resolver_is_slow(string? oldAnswers)
    {
        await using var old = Venue(new IPEndPoint(Old, 0));
        var port = old.Port;
        var time = new ManualTime();
        var options = Default with { TimeProvider = time };
        _addresses = Task.FromResult<IPAddress[]>([Old]);
        await OpenAsync(port);
        if (oldAnswers is null)
            await old.DisposeAsync();
        _answer = oldAnswers ?? Upgrades;
        _addresses = new TaskCompletionSource<IPAddress[]>().Task;
        var failing = OpenAsync(port, options);
        await PassAsync(time, Default.ConnectTimeout / 4);
        await Assert.ThrowsAnyAsync<WireException>(() => failing);

        await using var moved = Venue(new IPEndPoint(IPAddress.Loopback, port));
        _answer = Upgrades;
        var late = new TaskCompletionSource<IPAddress[]>();
        _addresses = late.Task;
        var opening = OpenAsync(port, options);
        await PassAsync(time, Default.ConnectTimeout / 2);
        late.SetResult([IPAddress.Loopback]);

        await opening;
        Assert.Equal(1, moved.Accepted);
    }

    [Theory]
    [InlineData("ws", Unavailable)]
    [InlineData("ws", Closes)]
    [InlineData("wss", Closes)]
    public async Task An_address_that_accepts_and_does_not_upgrade_is_not_used_where_DNS_fails(string scheme, string answer)
    {
        await using var venue = Venue();
        _answer = answer;
        await Assert.ThrowsAnyAsync<WireException>(() => OpenAsync(venue.Port, scheme: scheme));
        var accepted = venue.Accepted;
        _addresses = Fails(SocketError.TryAgain);

        var failure = await Assert.ThrowsAsync<WireConnectException>(() => OpenAsync(venue.Port));

        Assert.Equal(SocketError.TryAgain, failure.SocketError);
        Assert.Equal(accepted, venue.Accepted);
    }

    [Theory]
    [InlineData(Unavailable)]
    [InlineData(Closes)]
    [InlineData(Silence)]
    public async Task Where_the_address_of_the_last_upgrade_fails_too_that_DNS_failed_is_told(string answer)
    {
        await using var venue = Venue();
        var time = new ManualTime();
        await OpenAsync(venue.Port);
        _answer = answer;
        _addresses = Fails(SocketError.TryAgain);

        var opening = OpenAsync(venue.Port, Default with { TimeProvider = time });
        await UntilAsync(() => venue.Accepted > 1);
        if (answer == Silence)
            time.Advance(Default.ConnectTimeout);

        var failure = await Assert.ThrowsAnyAsync<WireException>(() => opening);
        Assert.EndsWith("venue.example did not resolve (TryAgain), so the address that worked last was tried.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_listens_at_the_address_of_the_last_upgrade_that_the_resolver_gave_no_answer_is_told()
    {
        await using var venue = Venue();
        var (port, time) = (venue.Port, new ManualTime());
        await OpenAsync(port);
        await venue.DisposeAsync();
        _addresses = new TaskCompletionSource<IPAddress[]>().Task;

        var opening = OpenAsync(port, Default with { TimeProvider = time });
        await PassAsync(time, Default.ConnectTimeout / 4);

        var failure = await Assert.ThrowsAsync<WireConnectException>(() => opening);
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketError);
        Assert.Contains("venue.example did not resolve (no answer within 00:00:02.5000000)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_was_never_resolved_fails()
    {
        _addresses = Fails(SocketError.HostNotFound);

        var failure = await Assert.ThrowsAsync<SocketException>(() => DialAsync(1));

        Assert.Equal(SocketError.HostNotFound, failure.SocketErrorCode);
    }

    [Fact]
    public async Task An_address_that_refuses_or_never_answers_costs_no_other_one()
    {
        await using var venue = Venue();
        // 192.0.2.1 is for documentation: nothing is there, so that it is refused or lost on the way.
        _addresses = Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1"), IPAddress.IPv6Loopback, IPAddress.Loopback]);

        await using var stream = await DialAsync(venue.Port);

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)stream.Socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Where_every_address_fails_the_failure_of_the_preferred_one_is_told()
    {
        using var closed = new ClosedPort();
        _addresses = Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Broadcast]);

        var failure = await Assert.ThrowsAsync<SocketException>(() => DialAsync(closed.Number));

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Fact]
    public void Families_are_tried_in_turn_and_the_number_of_addresses_is_bounded()
    {
        IPAddress[] found = [.. Enumerable.Range(1, 6).Select(i => IPAddress.Parse($"10.0.0.{i}")), .. Enumerable.Range(1, 6).Select(i => IPAddress.Parse($"fd00::{i}"))];

        Assert.Equal(
            ["10.0.0.1", "fd00::1", "10.0.0.2", "fd00::2", "10.0.0.3", "fd00::3", "10.0.0.4", "fd00::4"],
            TcpDialer.InTurn(found).Select(address => $"{address}"));
    }

    private static Task<IPAddress[]> Fails(SocketError error) => Task.FromException<IPAddress[]>(new SocketException((int)error));

    // The time to connect and that of the resolver have begun before it passes.
    private static async Task PassAsync(ManualTime time, TimeSpan by)
    {
        await UntilAsync(() => time.Timers == 2);
        time.Advance(by);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Peer.Patience);
        while (!condition())
            await Task.Delay(1, patience.Token);
    }

    private async Task FailLateAsync()
    {
        await using var venue = Venue();
        await OpenAsync(venue.Port);
        var time = new ManualTime();
        var late = new TaskCompletionSource<IPAddress[]>();
        _addresses = late.Task;
        var opening = OpenAsync(venue.Port, Default with { TimeProvider = time });
        await PassAsync(time, Default.ConnectTimeout / 4);
        await opening;
        late.SetException(new SocketException((int)SocketError.NoRecovery));
        _addresses = Fails(SocketError.TryAgain);
    }

    private RawServer Venue(IPEndPoint? at = null) => new(
        async (_, stream) =>
        {
            if (_answer == Closes)
                return;
            var request = await RawServer.ReadRequestAsync(stream);
            if (_answer == Silence)
                await RawServer.ReadToEndAsync(stream);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(_answer.Replace("{accept}", RawServer.Accept(request), StringComparison.Ordinal)));
            await RawServer.ReadToEndAsync(stream);
        },
        at);

    private async Task OpenAsync(int port, WireOptions? options = null, string scheme = "ws")
    {
        var opening = new Upgrade(options ?? Default, _dialer).OpenAsync(new Uri($"{scheme}://venue.example:{port}/"), CancellationToken.None);
        await (await opening.WaitAsync(Peer.Patience)).Stream.DisposeAsync();
    }

    private async Task<NetworkStream> DialAsync(int port) =>
        (NetworkStream)await _dialer.ConnectAsync(new DnsEndPoint("venue.example", port), Default, _dialer.Begin(), CancellationToken.None);
}
