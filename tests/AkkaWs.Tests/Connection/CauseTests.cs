using System.Net;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The first message of an error says why.</summary>
public sealed class CauseTests : ConnectionTest
{
    private const string ListenKey = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1";

    [Fact]
    public async Task A_404_names_the_path_and_never_the_query()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(HttpStatusCode.NotFound);
        var options = server.Options("wrong-path") with { Url = new Uri(server.Url, "/v5/publik/linear?token=sentinel") };

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(options));

        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("The path was /v5/publik/linear", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sentinel", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segments_that_may_be_keys_are_masked_in_the_path()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(HttpStatusCode.NotFound);
        var options = server.Options("long-segment") with { Url = new Uri(server.Url, $"/ws/{ListenKey}/end") };

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(options));

        Assert.EndsWith("The path was /ws/…/end", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ListenKey, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segments_that_come_from_an_endpoint_provider_are_masked_whatever_their_length()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(HttpStatusCode.NotFound);
        var handler = new LineProtocol { Endpoint = configured => configured with { Url = new Uri(server.Url, "/ws/short1") } };

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(server.Options("provided") with { Url = new Uri(server.Url, "/ws") }, handler));

        Assert.EndsWith("The path was /ws/…", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short1", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_credentials_are_named_by_a_typed_error()
    {
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol { Authenticates = true, Login = () => throw new MissingCredentialsException("the environment variable NOSUCH_API_KEY") };

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(server.Options("no-key"), handler));

        Assert.Contains("the environment variable NOSUCH_API_KEY is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal("the environment variable NOSUCH_API_KEY", Assert.IsType<MissingCredentialsException>(error.InnerException).Missing);
    }

    [Fact]
    public async Task Words_of_another_error_that_a_provider_of_logins_throws_are_not_repeated()
    {
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol { Authenticates = true, Login = () => throw new FormatException("sentinel") };

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(server.Options("leaky"), handler));

        Assert.DoesNotContain("sentinel", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task A_login_that_takes_too_long_to_build_is_tried_again_also_on_the_first_connect(Type thrown)
    {
        await using var server = await LineServer.StartAsync();
        var builds = 0;
        var handler = new LineProtocol
        {
            Authenticates = true,
            Login = () => ++builds > 1 ? "auth|secret" : throw (Exception)Activator.CreateInstance(thrown, "sentinel")!,
        };
        var options = server.Options("slow-vault-" + thrown.Name) with { Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1) } };

        await using var client = await ConnectAsync(options, handler);

        Assert.Equal((ConnectionState.Ready, 2), ((await client.GetStatusAsync(Ct)).State, builds));
    }

    [Fact]
    public async Task A_login_message_that_never_comes_is_not_laid_at_the_servers_door()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("no-login") with { AuthenticationTimeout = TimeSpan.FromMilliseconds(50) };
        await using var client = await WebSocketClient.Builder(options.Name).Options(options).Protocol(new LineProtocol { Authenticates = true }).Login(new NoLogin()).OpenAsync(Sys, Ct);

        var lost = await NextAsync<Reconnecting>(client);

        Assert.Equal(ErrorClass.AuthenticationFailed, lost.Reason.Class);
        Assert.Contains("the login message was not built within 50 ms", lost.Reason.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_for_Ready_that_is_cancelled_carries_the_last_cause()
    {
        await using var server = await LineServer.StartAsync();
        await server.Server.RefuseTcpAsync(Ct);
        await using var client = await OpenAsync(server.Options("never-ready"));
        await NextAsync<ConnectionStateChanged>(client, change => change.To == ConnectionState.Reconnecting);
        using var patience = new CancellationTokenSource();
        var waiting = client.WaitUntilReadyAsync(patience.Token);

        await patience.CancelAsync();

        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        Assert.Contains("'never-ready'", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"it is \w+, and the last cause was .*(?i:refused)", error.Message);
        Assert.Equal(patience.Token, error.CancellationToken);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public async Task A_wait_for_Ready_that_is_cancelled_before_anything_failed_says_so()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(server.Options("not-yet"), new LineProtocol { Authenticates = true });

        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => client.WaitUntilReadyAsync(new CancellationToken(canceled: true)));

        Assert.Contains("no attempt has failed so far", error.Message, StringComparison.Ordinal);
    }

    private sealed class NoLogin : ILoginProvider
    {
        public ValueTask<OutboundMessage> BuildLoginAsync(CancellationToken cancellationToken) => new(new TaskCompletionSource<OutboundMessage>().Task);
    }
}
