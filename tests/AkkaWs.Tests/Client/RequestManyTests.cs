using System.Text.Json;
using System.Text.Json.Serialization;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

public sealed class RequestManyTests : ConnectionTest
{
    [Fact]
    public async Task Many_requests_leave_in_their_order_and_each_has_its_own_outcome_in_that_order()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("many"));

        var outcomes = await client.RequestManyAsync<object, int>([1, "not a number", 3, new Failing(), 5], cancellationToken: Ct);

        Assert.Equal([1, 0, 3, 0, 5], outcomes.Select(outcome => outcome.Value));
        Assert.Equal([true, false, true, false, true], outcomes.Select(outcome => outcome.IsSuccess));
        Assert.Equal(5, outcomes[4].ThrowIfFailed());
        Assert.Equal("\"not a number\"", Assert.IsType<ResponseFormatException>(outcomes[1].Error).Excerpt);
        Assert.Equal("42", Assert.Throws<ServerErrorException>(() => outcomes[3].ThrowIfFailed()).Code);
        Assert.Equal(["1", "\"not a number\"", "3", "fail", "5"], server.Received.Select(text => text.Split('|')[2]));
    }

    [Theory]
    [InlineData("constructor")]
    [InlineData("converter")]
    public async Task An_answer_that_the_caller_s_own_type_throws_on_costs_the_other_requests_nothing(string thrower)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("throws-" + thrower));

        IReadOnlyList<(int? Price, WebSocketClientException? Error)> outcomes = thrower == "constructor"
            ? [.. (await client.RequestManyAsync<object, Priced>(Orders(1, -2, 3), cancellationToken: Ct)).Select(outcome => (outcome.Value?.Price, outcome.Error))]
            : [.. (await client.RequestManyAsync<object, Converted>(Orders(1, -2, 3), cancellationToken: Ct)).Select(outcome => (outcome.Value?.Price, outcome.Error))];

        Assert.Equal([1, null, 3], outcomes.Select(outcome => outcome.Price));
        Assert.Null(outcomes[0].Error);
        Assert.Null(outcomes[2].Error);
        var error = Assert.IsType<ResponseFormatException>(outcomes[1].Error);
        Assert.Contains("-2", error.Excerpt, StringComparison.Ordinal);
        Assert.IsType<ArgumentOutOfRangeException>(error.InnerException);
        await Assert.ThrowsAsync<ResponseFormatException>(() => client.RequestAsync<object, Priced>(Orders(-2)[0], cancellationToken: Ct));
        Assert.Equal(4, server.Received.Count);

        static object[] Orders(params int[] prices) => [.. prices.Select(price => new { price })];
    }

    [Fact]
    public async Task More_requests_than_may_be_pending_follow_as_places_get_free()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("window") with { Requests = new RequestOptions { MaxPending = 7 } });

        var outcomes = await client.RequestManyAsync<int, int>([.. Enumerable.Range(0, 1_000)], cancellationToken: Ct).WaitAsync(Deadline);

        Assert.Equal(Enumerable.Range(0, 1_000), outcomes.Select(outcome => outcome.ThrowIfFailed()));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"{i}"), server.Received.Select(text => text.Split('|')[2]));
    }

    [Fact]
    public async Task A_loss_is_an_outcome_of_each_request_that_has_none_yet()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("many-lost"));
        var requests = client.RequestManyAsync<int, int>([1, 2, 3], cancellationToken: Ct);
        await AwaitAssertAsync(() => Assert.Equal(3, server.Received.Count), Deadline);

        server.Connection.Drop();

        Assert.All(await requests.WaitAsync(Deadline), outcome => Assert.IsType<SentOutcomeUnknownException>(outcome.Error));
    }

    [Fact]
    public async Task Cancelling_is_an_outcome_of_each_request_that_has_none_yet_and_the_unsent_are_never_sent()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("many-cancelled") with { Requests = new RequestOptions { MaxPending = 2 } });
        using var cancel = new CancellationTokenSource();
        var requests = client.RequestManyAsync<int, int>([1, 2, 3, 4], cancellationToken: cancel.Token);
        await AwaitAssertAsync(() => Assert.Equal(2, server.Received.Count), Deadline);

        await cancel.CancelAsync();

        var outcomes = await requests.WaitAsync(Deadline);
        Assert.Equal([true, true, false, false], outcomes.Select(outcome => Assert.IsType<RequestCancelledException>(outcome.Error).Written));
        server.AnswersRequests = true;
        await client.RequestRawAsync(Request("after"), Ct);
        Assert.Equal(["1", "2", "after"], server.Received.Select(text => text.Split('|')[2]));
    }

    [Fact]
    public async Task A_closed_connection_is_an_outcome_of_each()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("many-closed"));
        await client.CloseAsync(Ct);

        Assert.All(await client.RequestManyAsync<int, int>([1, 2], cancellationToken: Ct), outcome => Assert.IsType<ConnectionClosedException>(outcome.Error));
    }

    [Fact]
    public async Task One_id_for_many_requests_is_refused()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("many-one-id"));

        await Assert.ThrowsAsync<ArgumentException>(() => client.RequestManyAsync<int, int>([1, 2], new RequestSettings { Id = "1" }, Ct));
    }

    [Fact]
    public async Task Settings_of_a_call_hold_for_its_requests()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("settings"));
        var settings = new RequestSettings { Timeout = TimeSpan.FromMilliseconds(50) };

        Assert.All(await client.RequestManyAsync<int, int>([1, 2], settings, Ct), outcome => Assert.Equal(settings.Timeout, Assert.IsType<RequestTimeoutException>(outcome.Error).Timeout));
        // Long enough to be written: what is over before that is never sent.
        var mine = settings with { Id = "mine", Timeout = TimeSpan.FromSeconds(3) };
        await Assert.ThrowsAsync<RequestTimeoutException>(() => client.RequestAsync<int, int>(1, mine, Ct));

        var retried = client.RequestAsync<int, int>(4, new RequestSettings { Id = "again", RetryAfterReconnect = true }, Ct);
        await AwaitAssertAsync(() => Assert.Contains("req|again|4", server.Received), Deadline);
        server.AnswersRequests = true;
        server.Connection.Drop();
        Assert.Equal(4, await retried.WaitAsync(Deadline));
        Assert.Contains("req|mine|1", server.Received);
    }

    private sealed record Priced
    {
        public Priced(int price)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(price);
            Price = price;
        }

        public int Price { get; }
    }

    [JsonConverter(typeof(PriceConverter))]
    private sealed record Converted(int Price);

    private sealed class PriceConverter : JsonConverter<Converted>
    {
        public override Converted Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var price = document.RootElement.GetProperty("price").GetInt32();
            ArgumentOutOfRangeException.ThrowIfNegative(price);
            return new Converted(price);
        }

        public override void Write(Utf8JsonWriter writer, Converted value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    /// <summary>Is written as the word that the server answers with an error.</summary>
    [JsonConverter(typeof(FailingConverter))]
    private sealed class Failing;

    private sealed class FailingConverter : JsonConverter<Failing>
    {
        public override Failing Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Failing value, JsonSerializerOptions options) => writer.WriteRawValue("fail", skipInputValidation: true);
    }
}
