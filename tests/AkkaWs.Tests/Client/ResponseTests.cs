using System.Text;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>What comes back: in any order, twice, for nobody, unreadable.</summary>
public sealed class ResponseTests : ConnectionTest
{
    [Fact]
    public async Task Responses_in_another_order_reach_their_own_requests()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("out-of-order"));
        var requests = Enumerable.Range(0, 100).Select(i => client.RequestRawAsync(Request($"{i}") with { Id = $"{i}" }, Ct)).ToList();
        await AwaitAssertAsync(() => Assert.Equal(100, server.Received.Count), Deadline);

        foreach (var i in Enumerable.Range(0, 100).Reverse())
            await server.Connection.SendTextAsync($"R|{i}|ok|answer {i}", Ct);

        var responses = await Task.WhenAll(requests).WaitAsync(Deadline);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"answer {i}"), responses.Select(response => Encoding.UTF8.GetString(response.Result.Span)));
    }

    [Fact]
    public async Task A_response_with_an_unknown_id_and_a_second_response_are_counted_and_disturb_nothing()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("unknown-id"));
        await using var updates = await client.SubscribeAsync("a", Ct);
        var first = client.RequestRawAsync(Request("x") with { Id = "1" }, Ct);
        var second = client.RequestRawAsync(Request("y") with { Id = "2" }, Ct);
        await AwaitAssertAsync(() => Assert.Equal(3, server.Received.Count), Deadline);

        foreach (var text in new[] { "R|nobody|ok|x", "R|1|ok|one", "R|1|ok|one again", "R||ok|no id", "R|1|err|42|one at last", "U|a|update", "R|2|ok|two" })
            await server.Connection.SendTextAsync(text, Ct);

        Assert.Equal("one", Encoding.UTF8.GetString((await first.WaitAsync(Deadline)).Result.Span));
        Assert.Equal("two", Encoding.UTF8.GetString((await second.WaitAsync(Deadline)).Result.Span));
        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal("U|a|update", Text(update));
            break;
        }

        await AwaitAssertAsync(async () => Assert.Equal(3, (await client.GetStatusAsync(Ct)).LateResponses), Deadline);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((ConnectionState.Ready, 1, 0), (status.State, status.Epoch.Value, status.PendingRequests));
    }

    [Fact]
    public async Task A_response_that_is_not_what_the_caller_expects_fails_its_own_request_and_shows_how_it_begins_without_secrets()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("wrong-json"));

        var wrong = client.RequestAsync<object, int>(new { token = "s3cr3t", side = "Buy" }, new RequestSettings { Id = "wrong" }, Ct);
        var right = client.RequestAsync<int, int>(7, cancellationToken: Ct);

        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => wrong);
        Assert.Equal(("wrong", """{"token":***,"side":"Buy"}"""), (error.RequestId.Value, error.Excerpt));
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(7, await right);
    }

    [Fact]
    public async Task A_response_that_the_handler_cannot_read_fails_its_own_request_and_shows_how_it_begins_without_secrets()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("unreadable"));
        var request = client.RequestRawAsync(Request("x") with { Id = "1" }, Ct);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);

        await server.Connection.SendTextAsync("R|1|token=s3cr3t", Ct);

        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => request.WaitAsync(Deadline));
        Assert.Equal("R|1|token=***", error.Excerpt);
        server.AnswersRequests = true;
        await client.RequestRawAsync(Request("next"), Ct);
    }

    [Fact]
    public async Task An_ask_of_the_actor_gets_the_response_or_the_typed_outcome_before_its_own_time_is_over()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("ask"));

        var response = await client.Connection.Ask<Response>(Request("x"), Deadline);
        server.AnswersRequests = false;
        var unanswered = Request("y") with { Id = "2", Timeout = TimeSpan.FromMilliseconds(50) };
        var timeout = await Assert.ThrowsAsync<RequestTimeoutException>(() => client.Connection.Ask<Response>(unanswered, Deadline));

        Assert.Equal("x", Encoding.UTF8.GetString(response.Result.Span));
        Assert.Equal(("2", TimeSpan.FromMilliseconds(50)), (timeout.RequestId.Value, timeout.Timeout));
        Assert.Same(unanswered, timeout.Command);
    }
}
