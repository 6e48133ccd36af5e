using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

// A handler or a provider that fails while it has a secret in its hands, and says so.
public sealed partial class SentinelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_handler_that_crashes_on_a_request(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        var crashes = 0;
        var handler = new LineProtocol
        {
            BeforeEncode = () =>
            {
                crashes++;
                throw new InvalidOperationException(
                    $"cannot encode 'https://api.example/x?signature={Query}' with 'Bearer {Header}'",
                    new TalkativeException($"{{\"apiKey\":\"{Login}\"}} is wrong", $" the secret was {Signing}"));
            },
        };
        await using var client = await ConnectAsync(Plain(server, logsPayloads), handler);
        var request = Request($$"""{"op":"order","apiKey":"{{Payload}}"}""");

        _exits.Say(await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(request, Ct)));
        _exits.Say(await Assert.ThrowsAsync<NotSentException>(() => client.RequestAsync<JsonPayload, int>(new JsonPayload(Payload), cancellationToken: Ct)));
        client.Connection.Tell(request, TestActor);
        var failure = await ExpectMsgAsync<Status.Failure>(Deadline);
        _exits.Say(failure, failure.Cause, await client.GetStatusAsync(Ct), await client.GetMetricsAsync(Ct));

        Assert.Equal(3, crashes);
        await AssertSilentAsync([Header, Query, Login, Signing, Payload]);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task No_secret_is_told_of_a_login_that_cannot_be_made_any_more(bool logsPayloads, bool isProvided)
    {
        await using var server = await LineServer.StartAsync();
        var isFailing = false;
        string Make() => Volatile.Read(ref isFailing)
            ? throw new InvalidOperationException($"no {Signing} for {Login}", new TalkativeException(Signing, $" the answer was {Payload}"))
            : $"auth|{Login}";
        var builder = WebSocketClient.Builder("sentinel").Options(Options(server, logsPayloads)).Protocol(Protocol(login: isProvided ? null : Make));
        await using var client = await (isProvided ? builder.Login(new Provider(Make)) : builder).ConnectAsync(Sys, Ct);
        Volatile.Write(ref isFailing, true);

        _exits.Say(await Assert.ThrowsAsync<RotationFailedException>(() => client.RotateAsync(Ct)));
        var slow = NextAsync<RetryingSlowly>(client);
        await server.Server.DropAllAsync(); // the one that was to take over may not have gone yet
        _exits.Say(await slow, await client.GetStatusAsync(Ct), await client.GetMetricsAsync(Ct));
        using var patience = new CancellationTokenSource();
        await patience.CancelAsync();
        _exits.Say(await Assert.ThrowsAnyAsync<Exception>(() => client.WaitUntilReadyAsync(patience.Token)));

        Assert.Contains($"auth|{Login}", server.Received);
        await AssertSilentAsync(server);
    }

    private sealed record JsonPayload(string ApiKey);

    private sealed class Provider(Func<string> make) : ILoginProvider
    {
        public ValueTask<OutboundMessage> BuildLoginAsync(CancellationToken cancellationToken) => new(OutboundMessage.Text(make()));
    }
}
