using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneSystemProxy
{
    public const string Name = "one system's proxy";
}

/// <summary>The proxy that the environment names. It is one for the whole process: nothing else runs meanwhile.</summary>
[Collection(OneSystemProxy.Name)]
public sealed class SystemProxyTests : IDisposable
{
    private const string Password = "s3cr3t!";
    private static readonly Uri Venue = new("ws://venue.example/");

    private readonly IWebProxy _before = HttpClient.DefaultProxy;

    public void Dispose() => HttpClient.DefaultProxy = _before;

    [Theory]
    [InlineData("ws://127.0.0.1")]
    [InlineData("ws://localhost")]
    [InlineData("ws://[::1]")]
    [InlineData("ws://[::ffff:127.0.0.1]")]
    [InlineData("wss://127.0.0.1")]
    public async Task Loopback_never_goes_through_the_systems_proxy(string url)
    {
        await using var proxy = new RawServer((_, stream) => RawServer.ReadToEndAsync(stream));
        Set(("all_proxy", $"http://127.0.0.1:{proxy.Port}"));
        var dialed = new ConcurrentQueue<int>();

        await Assert.ThrowsAnyAsync<WireException>(() => ConnectAsync(new Uri($"{url}:4711/"), Nowhere(dialed)));

        Assert.Equal([4711], dialed);
    }

    [Theory]
    [InlineData("http_proxy", "ws://venue.example/")]
    [InlineData("https_proxy", "wss://venue.example/")]
    public async Task The_systems_proxy_is_used_with_its_user_and_password(string variable, string url)
    {
        var seen = new ConcurrentQueue<string>();
        await using var proxy = Asking(seen, "HTTP/1.1 403 Forbidden");
        Set((variable, $"http://me:s3cr3t%21@127.0.0.1:{proxy.Port}"));

        await Assert.ThrowsAsync<WireHandshakeException>(() => ConnectAsync(new Uri(url), new WireOptions()));

        Assert.Contains(seen, request => request.StartsWith("CONNECT venue.example:", StringComparison.Ordinal));
        Assert.Contains(seen, request => request.Contains($"Proxy-Authorization: Basic {Credentials}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HTTP/1.1 502 Bad Gateway")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Unheard-Of")]
    [InlineData("SSH-2.0-OpenSSH_9.0")]
    public async Task The_password_of_the_systems_proxy_is_shown_nowhere(string answer)
    {
        var seen = new ConcurrentQueue<string>();
        await using var proxy = Asking(seen, answer);
        Set(("http_proxy", $"http://me:s3cr3t%21@127.0.0.1:{proxy.Port}"));

        var failure = await Assert.ThrowsAnyAsync<WireException>(() => ConnectAsync(Venue, new WireOptions()));

        Assert.Contains(seen, request => request.Contains(Credentials, StringComparison.Ordinal));
        var shown = $"{failure} {WireProxy.System}";
        Assert.DoesNotContain("s3cr3t", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Credentials, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_in_no_proxy_is_dialed_directly()
    {
        Set(("http_proxy", "http://proxy.example:3128"), ("no_proxy", ".example"));
        var dialed = new ConcurrentQueue<int>();

        await Assert.ThrowsAnyAsync<WireException>(() => ConnectAsync(Venue, Nowhere(dialed)));

        Assert.Equal([80], dialed);
    }

    [Fact]
    public async Task A_SOCKS_proxy_of_the_system_is_refused_and_never_passed_by()
    {
        Set(("all_proxy", $"socks5://me:s3cr3t%21@127.0.0.1:1080"));
        var dialed = new ConcurrentQueue<int>();

        var refused = await Assert.ThrowsAsync<WireArgumentException>(() => ConnectAsync(Venue, Nowhere(dialed)));

        Assert.Equal(nameof(WireOptions.Proxy), refused.Argument);
        Assert.Contains("socks5", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(dialed);
    }

    private static string Credentials => Convert.ToBase64String(Encoding.ASCII.GetBytes("me:" + Password));

    // Asks for a password first, and then gives the answer.
    private static RawServer Asking(ConcurrentQueue<string> seen, string answer) => new(async (_, stream) =>
    {
        while (await RawServer.ReadRequestAsync(stream) is { Length: > 0 } request)
        {
            seen.Enqueue(request);
            var isAsked = request.Contains("Proxy-Authorization", StringComparison.Ordinal);
            var said = isAsked ? answer : "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(said + "\r\nContent-Length: 0\r\n\r\n"));
        }
    });

    private static WireOptions Nowhere(ConcurrentQueue<int> dialed) => new()
    {
        ConnectCallback = (endPoint, _) =>
        {
            dialed.Enqueue(endPoint.Port);
            throw new SocketException((int)SocketError.ConnectionRefused);
        },
    };

    // What the framework makes of the environment when a process begins.
    private static void Set(params (string Name, string Value)[] variables)
    {
        string[] all = ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
        var before = all.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        try
        {
            foreach (var name in all)
                Environment.SetEnvironmentVariable(name, null);
            foreach (var (name, value) in variables)
                Environment.SetEnvironmentVariable(name, value);
            object?[] made = [null];
            var create = typeof(HttpClient).Assembly.GetType("System.Net.Http.HttpEnvironmentProxy")?.GetMethod("TryCreate", BindingFlags.Public | BindingFlags.Static)
                ?? throw new NotSupportedException("The framework changed: it makes the environment's proxy in another way.");
            Assert.Equal(true, create.Invoke(null, made));
            HttpClient.DefaultProxy = (IWebProxy)made[0]!;
        }
        finally
        {
            foreach (var (name, value) in before)
                Environment.SetEnvironmentVariable(name, value);
        }
    }

    private static Task<WireConnection> ConnectAsync(Uri url, WireOptions options) => WireConnection.ConnectAsync(url, options).WaitAsync(Peer.Patience);
}
