using System.Net;
using System.Net.Sockets;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

/// <summary>Which address of a host is connected to.</summary>
public sealed class DialingTests : IDisposable
{
    private static readonly WireOptions Default = new();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DialingTests() => _listener.Start();

    private DnsEndPoint Venue => new("venue.example", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Where_DNS_fails_the_address_that_accepted_last_is_used()
    {
        Func<Task<IPAddress[]>> answer = () => Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        var dialer = Dialer(() => answer());
        await using (await dialer.ConnectAsync(Venue, Default, CancellationToken.None))
        {
        }

        foreach (var failure in (Func<Task<IPAddress[]>>[])[() => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain)), () => Task.FromResult<IPAddress[]>([])])
        {
            answer = failure;
            await using var stream = await dialer.ConnectAsync(Venue, Default, CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_resolver_that_does_not_answer_leaves_time_for_the_address_that_accepted_last()
    {
        var answer = Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        var dialer = Dialer(() => answer);
        await using (await dialer.ConnectAsync(Venue, Default, CancellationToken.None))
        {
        }

        answer = new TaskCompletionSource<IPAddress[]>().Task;
        await using var stream = await dialer.ConnectAsync(Venue, Default with { ConnectTimeout = TimeSpan.FromMilliseconds(200) }, CancellationToken.None);
    }

    [Fact]
    public async Task A_host_that_has_moved_is_found_again_though_its_resolver_is_slow()
    {
        var answer = Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2")]);
        using var before = new TcpListener(IPAddress.Parse("127.0.0.2"), Venue.Port);
        before.Start();
        var dialer = Dialer(() => answer);
        await using (await dialer.ConnectAsync(Venue, Default, CancellationToken.None))
        {
        }

        before.Stop();
        answer = new TaskCompletionSource<IPAddress[]>().Task;
        await Assert.ThrowsAsync<SocketException>(
            async () => await dialer.ConnectAsync(Venue, Default with { ConnectTimeout = TimeSpan.FromMilliseconds(200) }, CancellationToken.None));

        var late = new TaskCompletionSource<IPAddress[]>();
        answer = late.Task;
        var connecting = dialer.ConnectAsync(Venue, Default with { ConnectTimeout = TimeSpan.FromSeconds(30) }, CancellationToken.None);
        late.SetResult([IPAddress.Loopback]);
        await using var stream = await connecting;
    }

    [Fact]
    public async Task A_name_that_was_never_resolved_fails()
    {
        var dialer = Dialer(() => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));

        var failure = await Assert.ThrowsAsync<SocketException>(async () => await dialer.ConnectAsync(Venue, Default, CancellationToken.None));

        Assert.Equal(SocketError.HostNotFound, failure.SocketErrorCode);
    }

    [Fact]
    public async Task An_address_that_refuses_or_never_answers_costs_no_other_one()
    {
        // 192.0.2.1 is for documentation: nothing is there, so that it is refused or lost on the way.
        var dialer = Dialer(() => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1"), IPAddress.IPv6Loopback, IPAddress.Loopback]));

        await using var stream = await dialer.ConnectAsync(Venue, Default, CancellationToken.None);
        using var accepted = await _listener.AcceptTcpClientAsync();
    }

    [Fact]
    public async Task Where_every_address_fails_the_failure_of_the_preferred_one_is_told()
    {
        using var closed = new ClosedPort();
        var dialer = Dialer(() => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Broadcast]));

        var failure = await Assert.ThrowsAsync<SocketException>(async () => await dialer.ConnectAsync(new DnsEndPoint("venue.example", closed.Number), Default, CancellationToken.None));

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

    private static TcpDialer Dialer(Func<Task<IPAddress[]>> resolve) => new(new AddressBook((_, _, _) => resolve()));
}
