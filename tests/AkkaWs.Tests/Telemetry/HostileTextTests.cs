using System.Net.WebSockets;
using System.Text;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>
/// Text that forges log lines, steers terminals, turns the direction of writing and has no end comes in wherever a server or a handler can say something, and
/// everything that the connection says is read: each text is one line of bounded length, escaped.
/// </summary>
public sealed class HostileTextTests : ConnectionTest
{
    private const string Name = "hostile";
    private const string Mark = "FORGED";
    private const string Forging = "\r\n2026-01-01 [ERROR] FORGED\u001b[2J\u001b]0;x\a\u0085\u009b\u2028\u202e";

    // A log line holds a few texts of 1,024 characters at most, an exception with its causes and stacks more of them.
    private const int LongestLine = 4_096;
    private const int LongestText = 32_768;

    private static readonly string Hostile = Forging + new string('x', 2_000_000);

    private readonly Exits _exits;

    public HostileTextTests()
        : base("akka.loglevel = DEBUG\nakka.log-dead-letters = on\n"
            + "akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, fsm = on, event-stream = on, unhandled = on }") =>
        _exits = new Exits(Sys, Name);

    [Fact]
    public async Task A_close_reason_forges_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options(Name));
        await using var updates = await client.SubscribeAsync("a", Ct);
        var interrupted = NextAsync<ConnectionInterrupted>(client);
        await server.Connection.CloseAsync((WebSocketCloseStatus)4000, Forging + new string('x', 70), Ct);

        var reason = (await interrupted).Reason;

        Assert.Contains(Mark, reason.Description, StringComparison.Ordinal);
        await NextAsync<Reconnected>(client);
        await AssertFitAsync(client, await interrupted);
    }

    [Fact]
    public async Task A_refused_login_forges_nothing_and_is_kept_short()
    {
        await using var server = await LineServer.StartAsync();
        server.LoginRejection = Hostile;

        var refused = await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(server.Options(Name), new LineProtocol { Authenticates = true }));

        Assert.Contains(Mark, refused.Reason.Description, StringComparison.Ordinal);
        Assert.InRange(refused.Reason.Description.Length, 1, OutsideText.MostKept);
        await AssertFitAsync(null, refused);
    }

    [Fact]
    public async Task A_login_that_is_refused_later_forges_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options(Name), new LineProtocol { Authenticates = true });
        var slow = NextAsync<RetryingSlowly>(client);
        server.LoginRejection = Hostile;
        server.Connection.Drop();

        Assert.Contains(Mark, (await slow).Reason.Description, StringComparison.Ordinal);
        Assert.InRange((await client.GetStatusAsync(Ct)).LastReason!.Description.Length, 1, OutsideText.MostKept);
        await AssertFitAsync(client, await slow);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_subscription_forges_nothing(bool isWholeMessage)
    {
        await using var server = await LineServer.StartAsync();
        server.RefusedTopics.Add("a");
        (server.RefusesWholeMessages, server.RefusalWords) = (isWholeMessage, Hostile);
        await using var client = await ConnectAsync(server.Options(Name));

        var refused = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync("a", Ct));

        Assert.Contains(Mark, Assert.Single(refused.Failures).Reason, StringComparison.Ordinal);
        await AssertFitAsync(client, refused);
    }

    [Fact]
    public async Task A_subscription_that_is_refused_after_a_reconnect_forges_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options(Name));
        await using var updates = await client.SubscribeAsync("a", Ct);
        var unconfirmed = NextAsync<TopicUnconfirmed>(client);
        server.RefusedTopics.Add("a");
        server.RefusalWords = Hostile;
        server.Connection.Drop();

        Assert.Contains(Mark, (await unconfirmed).Cause, StringComparison.Ordinal);
        await AssertFitAsync(client, await unconfirmed, await FirstAsync<Unconfirmed>(updates));
    }

    [Fact]
    public async Task A_subscription_that_is_taken_away_forges_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options(Name));
        await using var updates = await client.SubscribeAsync("a", Ct);
        var unconfirmed = NextAsync<TopicUnconfirmed>(client);
        server.ConfirmsSubscriptions = false;
        await server.Connection.SendTextAsync($"A||ended|a|{Hostile}", Ct);

        Assert.Contains(Mark, (await unconfirmed).Cause, StringComparison.Ordinal);
        await AssertFitAsync(client, await unconfirmed, await FirstAsync<Unconfirmed>(updates));
    }

    [Fact]
    public async Task A_servers_error_forges_nothing()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options(Name), new LineProtocol { Ids = () => "7" });
        var request = client.RequestRawAsync(Request("x"), Ct);
        await AwaitAssertAsync(() => Assert.Contains("req|7|x", server.Received), Deadline);
        await server.Connection.SendTextAsync($"R|7|err|{Hostile}|{Hostile}", Ct);

        var error = await Assert.ThrowsAsync<ServerErrorException>(() => request);

        Assert.Contains(Mark, error.Code, StringComparison.Ordinal);
        Assert.Contains(Mark, error.Description, StringComparison.Ordinal);
        await AssertFitAsync(client, error, ResponseVerdict.Error(Hostile, Hostile), new JsonRpcException(Name, "7", new JsonRpcError(1, Hostile)), new JsonRpcError(1, Hostile), AuthenticationVerdict.Rejected(Hostile));
    }

    [Theory]
    [InlineData("HTTP/1.1 \u001b[2J FORGED \u0085\r\n\r\n", @"\u001B[2")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgr\u001bade FORGED\u0085: websocket\r\n\r\n", Mark)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: ws://FORGED\u0085\u009b[2J/\r\n\r\n", null)]
    [InlineData("HTTP/1.1 403 FORGED\u0085\r\nServer: FORGED\u009b[2J\r\nContent-Length: 6\r\n\r\nFORGED", null)]
    public async Task An_answer_to_the_upgrade_forges_nothing(string answer, string? quoted)
    {
        await using var server = BareServer.Start(async (_, stream, stopped) =>
        {
            await BareServer.ReadHeadAsync(stream, stopped);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stopped);
        });
        var options = new WebSocketClientOptions { Name = Name, Url = server.Url, FollowRedirects = true, Reconnect = new ReconnectOptions { MaxAttempts = 0 } };

        var refused = await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(options));

        Assert.Contains(quoted ?? "", refused.ToString(), StringComparison.Ordinal);
        await AssertFitAsync(null, refused);
    }

    [Fact]
    public async Task A_response_that_cannot_be_read_forges_nothing()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options(Name), new LineProtocol { Ids = () => "7" });
        var request = client.RequestAsync<string, Dictionary<string, Dictionary<string, int>>>("x", cancellationToken: Ct);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.StartsWith("req|7", StringComparison.Ordinal)), Deadline);
        await server.Connection.SendTextAsync("""R|7|ok|{"\r\nFORGED\u001b[2J\u2028":{"\r\nFORGED\u001b":"no"}}""", Ct);

        var unreadable = await Assert.ThrowsAsync<ResponseFormatException>(() => request);

        Assert.Contains(Mark, unreadable.Message, StringComparison.Ordinal);
        await AssertFitAsync(client, unreadable, new UpdateFormatException(Name, "a", 1, "Int32", new FormatException(Hostile)));
    }

    [Fact]
    public async Task A_rotation_that_the_server_refuses_forges_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options(Name), new LineProtocol { Authenticates = true });
        server.LoginRejection = Hostile;

        var failed = await Assert.ThrowsAsync<RotationFailedException>(() => client.RotateAsync(Ct));

        Assert.Contains(Mark, failed.Message, StringComparison.Ordinal);
        await AssertFitAsync(client, failed);
    }

    [Theory]
    [InlineData("a*")]
    [InlineData("*")]
    public async Task A_topic_that_the_server_names_forges_nothing(string pattern)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options(Name));
        await using var updates = await client.SubscribeAsync(pattern, Ct);
        await server.Connection.SendTextAsync($"U|a{Forging}|data", Ct);
        await server.Connection.SendTextAsync($"A||ended|b{Forging}|{Forging}", Ct);
        await server.Connection.SendTextAsync($"A||no|b{Forging},c{Forging}|{Forging}", Ct);

        var update = await FirstAsync<TopicUpdate>(updates);

        Assert.Contains(Mark, $"{update.MessageTopic ?? update.Topic} {Text(update)}", StringComparison.Ordinal);
        await AssertFitAsync(client, update, update.Topic, update.MessageTopic, await client.GetTopicsAsync(Ct));
    }

    [Fact]
    public async Task A_topic_with_control_characters_goes_to_the_server_as_it_is_and_is_shown_escaped()
    {
        var topic = new Topic($"a{Forging}");
        await using var server = await LineServer.StartAsync();
        server.RefusedTopics.Add(topic.Value);
        await using var client = await ConnectAsync(server.Options(Name));

        var refused = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(topic, Ct));

        Assert.Contains(server.Received, text => text.EndsWith(topic.Value, StringComparison.Ordinal));
        await AssertFitAsync(client, refused, topic);
    }

    public static TheoryData<string> Members => ["classify", "decode", "encode", "id", "login", "subscribe", "describe", "close", "endpoint", "sequence"];

    [Theory]
    [MemberData(nameof(Members))]
    public async Task A_handler_that_fails_in_the_servers_words_forges_nothing(string member)
    {
        await using var server = await LineServer.StartAsync();
        var isFailing = false;
        T Fail<T>(string where, T otherwise) => isFailing && where == member ? throw new FormatException(Hostile, new InvalidOperationException(Hostile)) : otherwise;
        var handler = new LineProtocol
        {
            Authenticates = member == "login",
            BeforeClassify = () => Fail("classify", 0),
            Decode = (payload, _) => Fail("decode", payload),
            BeforeEncode = () => Fail("encode", 0),
            Ids = () => Fail("id", RequestId.New()),
            Login = () => Fail("login", "auth|x"),
            IsUnbuildable = _ => Fail("subscribe", false),
            MaxAge = _ => Fail("describe", (TimeSpan?)null),
            BeforeClassifyClose = () => Fail("close", 0),
            Endpoint = configured => Fail("endpoint", configured),
            Sequence = _ => Fail("sequence", 1L),
        };
        await using var client = await ConnectAsync(server.Options(Name), handler);
        await using var updates = await client.SubscribeAsync("a", Ct);
        isFailing = true;
        _exits.Say(await FailureOf(() => client.RequestRawAsync(Request("x"), Ct)));
        if (member == "id")
            isFailing = false;
        _exits.Say(await FailureOf(() => client.SubscribeAsync("b", Ct)));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendAsync("U|a|1"u8.ToArray(), WebSocketMessageType.Binary, Ct);
        var lost = NextAsync<Reconnecting>(client);
        await server.Connection.CloseAsync((WebSocketCloseStatus)4000, "bye", Ct);
        await lost;
        if (member is "login" or "endpoint")
            await NextAsync<Reconnecting>(client, again => again.Attempt > 1);

        var said = await AssertFitAsync(client, await lost);
        if (member is not ("login" or "endpoint"))
            Assert.Contains(said, text => text.Contains(Mark, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_crash_in_the_servers_words_forges_nothing()
    {
        await using var server = await LineServer.StartAsync();
        var crashes = 0;
        var handler = new LineProtocol { FailSubscribe = () => Interlocked.Increment(ref crashes) == 1 ? new FormatException(Hostile, new FormatException(Hostile)) : null };
        await using var client = await ConnectAsync(server.Options(Name), handler);
        var lost = NextAsync<Reconnecting>(client);
        _exits.Say(await FailureOf(() => client.SubscribeAsync("a", Ct)));

        Assert.Contains(Mark, (await lost).Reason.Description, StringComparison.Ordinal);
        await AssertFitAsync(client, await lost);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("late")]
    [InlineData("throws")]
    public async Task A_client_order_id_forges_nothing_and_is_kept_short(string how)
    {
        var id = Hostile[..10_000];
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        var handler = new LineProtocol { ClientOrderId = _ => how == "throws" ? throw new FormatException(id) : id };
        await using var client = await ConnectAsync(server.Options(Name), handler);
        var request = client.RequestRawAsync(Request("x") with { Timeout = how == "late" ? TimeSpan.FromMilliseconds(200) : Deadline }, Ct);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.StartsWith("req|", StringComparison.Ordinal)), Deadline);
        if (how != "late")
            server.Connection.Drop();

        var error = await Assert.ThrowsAnyAsync<WebSocketClientException>(() => request);

        var told = error is RequestTimeoutException late ? late.ClientOrderId : Assert.IsType<SentOutcomeUnknownException>(error).ClientOrderId;
        Assert.Equal(how == "throws" ? null : OutsideText.Line(id), told);
        var said = await AssertFitAsync(client, error);
        Assert.Contains(said, text => text.Contains(Mark, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_wrong_with_an_option_forges_nothing()
    {
        var hostile = Hostile[..1_000];
        var right = new WebSocketClientOptions { Name = Name, Url = new Uri("wss://example.com") };
        WebSocketClientOptions[] wrong = [right with { Name = hostile }, right with { Tls = new TlsOptions { PinnedSha256 = [hostile] } }, right with { Url = new Uri("\r\nFORGED\u001b[2J\u2028\u202e", UriKind.Relative) }];

        var errors = wrong.Select(options => Assert.Single(OptionsValidator.Validate(options))).ToList();

        Assert.Equal(["name", "tls.pinned-sha256", "url"], errors.Select(error => error.Key));
        Assert.All(errors, error => Assert.Contains(Mark, error.Value, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.InRange(error.Value.Length, 1, 200));
        Assert.All(errors, error => Assert.Null(Exits.UnfitLineOf(error.Value)));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _exits.Dispose();
    }

    private static async Task<T> FirstAsync<T>(TopicSubscription updates)
        where T : TopicMessage
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var message in updates.ReadAllAsync(deadline.Token))
        {
            if (message is T wanted)
                return wanted;
        }

        throw new InvalidOperationException($"The subscription ended before {typeof(T).Name}.");
    }

    private static async Task<Exception?> FailureOf(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (WebSocketClientException e)
        {
            return e;
        }
    }

    private async Task<IReadOnlyList<string>> AssertFitAsync(WebSocketClient? client, params object?[] things)
    {
        _exits.Say(things);
        if (client is not null)
            _exits.Say(await client.GetStatusAsync(Ct), await client.GetMetricsAsync(Ct), await client.GetTopicsAsync(Ct));
        var said = await _exits.CloseAsync(Deadline);
        Assert.NotEmpty(_exits.Lines);

        Assert.All(said, text => Assert.InRange(text.Length, 0, LongestText));
        Assert.All(_exits.Lines, line => Assert.InRange(line.Message.ToString().Length, 1, LongestLine));
        Assert.All(said, text => Assert.Null(Exits.UnfitLineOf(text)));
        return said;
    }
}
