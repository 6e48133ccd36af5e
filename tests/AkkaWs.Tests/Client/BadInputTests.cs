using System.Net;
using System.Net.Sockets;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>Each kind of bad input ends in a typed error that names the connection and the cause.</summary>
public sealed class BadInputTests : ConnectionTest
{
    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("ws://user:secret@127.0.0.1:1/")]
    [InlineData("ws://127.0.0.1:1/#fragment")]
    [InlineData("ws://feed.example.com/")]
    public async Task A_wrong_url_is_an_invalid_option(string url)
    {
        var options = new WebSocketClientOptions { Name = "wrong-url", Url = new Uri(url) };

        var error = await Assert.ThrowsAsync<InvalidOptionsException>(() => ConnectAsync(options));

        Assert.Equal("wrong-url", error.Connection);
        Assert.Contains(error.Errors, e => e.Key == "url");
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_host_is_refused()
    {
        // Bound and not listening: refused, and nobody else can get the port meanwhile.
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)closed.LocalEndPoint!).Port;

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(
            () => ConnectAsync(new WebSocketClientOptions { Name = "nobody-there", Url = new Uri($"ws://127.0.0.1:{port}/"), Reconnect = new ReconnectOptions { MaxAttempts = 0 } }));

        Assert.Equal(("nobody-there", ErrorClass.Refused), (error.Connection, error.Reason.Class));
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public async Task A_401_on_the_upgrade_is_a_rejected_handshake()
    {
        await using var server = await LineServer.StartAsync(new ScriptedServerOptions
        {
            OnUpgrade = context =>
            {
                context.Response.StatusCode = 401;
                return new(false);
            },
        });

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(server.Options("unauthorized")));

        Assert.Equal(("unauthorized", ErrorClass.HandshakeRejected), (error.Connection, error.Reason.Class));
        Assert.Contains("401", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_login_carries_the_server_s_words()
    {
        await using var server = await LineServer.StartAsync();
        server.LoginRejection = "API key expired";

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => ConnectAsync(server.Options("expired"), new LineProtocol { Authenticates = true }));

        Assert.Equal(("expired", ErrorClass.AuthenticationRejected), (error.Connection, error.Reason.Class));
        Assert.Contains("API key expired", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_is_never_answered_ends_at_its_deadline()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(
            server.Options("mute") with { AuthenticationTimeout = TimeSpan.FromMilliseconds(100), Reconnect = new ReconnectOptions { MaxAttempts = 0 } }, new LineProtocol { Authenticates = true }));

        Assert.Equal(ErrorClass.AuthenticationFailed, error.Reason.Class);
    }

    [Fact]
    public async Task An_unknown_topic_fails_by_name_and_the_others_stay()
    {
        await using var server = await LineServer.StartAsync();
        server.RefusedTopics.Add("bad");
        await using var client = await ConnectAsync(server.Options("topics"));
        await using var good = await client.SubscribeAsync("good", Ct);

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync("bad", Ct));

        Assert.Equal("topics", error.Connection);
        Assert.Equal([new TopicFailure("bad", "no such topic")], error.Failures);
        await server.Connection.SendTextAsync("U|good|1", Ct);
        await foreach (var update in good.WithCancellation(Ct))
        {
            Assert.Equal("U|good|1", Text(update));
            break;
        }
    }

    [Fact]
    public async Task A_name_in_use_is_refused()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("twice"));

        var error = await Assert.ThrowsAsync<ConnectionNameInUseException>(() => ConnectAsync(server.Options("twice")));

        Assert.Equal("twice", error.Connection);
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Open_goes_on_trying_where_Connect_gives_up()
    {
        var refuse = true;
        await using var server = await LineServer.StartAsync(new ScriptedServerOptions
        {
            OnUpgrade = context =>
            {
                context.Response.StatusCode = Volatile.Read(ref refuse) ? 503 : 101;
                return new(!Volatile.Read(ref refuse));
            },
        });
        await using var client = await OpenAsync(server.Options("patient"));
        await NextAsync<Reconnecting>(client, e => e.Attempt >= 2);

        Volatile.Write(ref refuse, false);

        await client.WaitUntilReadyAsync(Ct);
    }
}
