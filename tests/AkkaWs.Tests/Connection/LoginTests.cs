using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

public sealed class LoginTests : ConnectionTest
{
    [Fact]
    public async Task The_url_and_the_headers_are_asked_for_afresh_on_each_attempt()
    {
        var attempt = 0;
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("endpoint"), new LineProtocol
        {
            Endpoint = configured => configured with
            {
                Url = new Uri(configured.Url, $"/key-{++attempt}"),
                Headers = [KeyValuePair.Create("X-Token", $"token-{attempt}")],
            },
        });
        var reconnected = NextAsync<Reconnected>(client);

        server.Connection.Drop();
        await reconnected;
        await server.Server.WaitForConnectionAsync(2, cancellationToken: Ct);

        var seen = server.Server.ConnectionHistory.Select(c => (c.PathAndQuery, c.RequestHeaders["X-Token"]));
        Assert.Equal([("/key-1", "token-1"), ("/key-2", "token-2")], seen);
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_told_is_an_error_of_its_own_class()
    {
        await using var server = await LineServer.StartAsync();

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(
            server.Options("no-endpoint") with { Reconnect = new ReconnectOptions { MaxAttempts = 0 } }, new LineProtocol { Endpoint = _ => throw new HttpRequestException("secret detail") }));

        Assert.Equal(ErrorClass.EndpointUnavailable, error.Reason.Class);
        Assert.DoesNotContain("secret detail", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_the_options_would_not_allow_is_refused()
    {
        await using var server = await LineServer.StartAsync();

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(
            server.Options("insecure"), new LineProtocol { Endpoint = configured => configured with { Url = new Uri("ws://feed.example.com/?key=secret") } }));

        Assert.Equal(ErrorClass.HandshakeRejected, error.Reason.Class);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_is_renewed_before_it_expires_on_the_same_connection()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(
            server.Options("renewal"), new LineProtocol { Authenticates = true, LoginLifetime = TimeSpan.FromMilliseconds(200) });

        await server.Server.WaitForAsync(() => server.Received.Count(t => t.StartsWith("auth", StringComparison.Ordinal)) >= 3, cancellationToken: Ct);

        Assert.Equal((ConnectionState.Ready, 1), (client.State, client.Epoch.Value));
    }

    [Fact]
    public async Task A_renewal_that_is_rejected_starts_over_with_a_new_connection()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(
            server.Options("renewal-rejected"), new LineProtocol { Authenticates = true, LoginLifetime = TimeSpan.FromMilliseconds(200) });
        var reconnecting = NextAsync<Reconnecting>(client);

        server.LoginRejection = "session expired";

        Assert.Equal(ErrorClass.AuthenticationRejected, (await reconnecting).Reason.Class);
        server.LoginRejection = null;
        await client.WaitUntilReadyAsync(Ct);
    }

    [Fact]
    public async Task One_call_connects_logs_in_and_subscribes()
    {
        await using var server = await LineServer.StartAsync();

        var (client, updates) = await WebSocketClient.ConnectAsync(Sys, server.Options("one-call"), new LineProtocol { Authenticates = true }, ["a", "b"], Ct);

        await using (client)
        {
            Assert.Equal((ConnectionState.Ready, 2), (client.State, (await client.GetStatusAsync(Ct)).ConfirmedTopics));
            await updates.DisposeAsync();
        }
    }

    [Fact]
    public async Task One_call_that_cannot_subscribe_names_the_topic_and_closes_the_connection()
    {
        await using var server = await LineServer.StartAsync();
        server.RefusedTopics.Add("b");

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(
            () => WebSocketClient.ConnectAsync(Sys, server.Options("one-call-fails"), new LineProtocol(), ["a", "b"], Ct));

        Assert.Equal(["b"], error.Failures.Select(f => f.Topic.Value));
        await server.Server.WaitForAsync(() => server.Server.ConnectionCount == 0, cancellationToken: Ct);
    }
}
