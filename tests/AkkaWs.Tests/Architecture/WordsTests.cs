using System.Reflection;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

/// <summary>What a user sees who prints a message, an error, or a client: one line that reads, whatever it carries.</summary>
public sealed class WordsTests : ConnectionTest
{
    private const int Longest = 900;
    private const int Many = 1_000;

    public static TheoryData<Type> Printed =>
    [
        .. typeof(ConnectionStatus).Assembly.GetExportedTypes().Where(type => type is { IsAbstract: false, IsEnum: false }
            && (type.Namespace == typeof(ConnectionStatus).Namespace || type.Namespace == typeof(CloseReason).Namespace)),
        typeof(Topic), typeof(Epoch), typeof(RequestId), typeof(Acknowledgement), typeof(AuthenticationVerdict), typeof(ResponseVerdict), typeof(LearnedTopic),
        typeof(OutboundMessage), typeof(ConnectionEndpoint), typeof(WebSocketClientOptions),
    ];

    [Theory]
    [MemberData(nameof(Printed))]
    public void Whatever_is_printed_is_one_readable_line(Type type) => Assert.All(Samples(type), AssertReads);

    [Fact]
    public void A_close_reason_is_its_words_and_a_code_that_says_more()
    {
        Assert.Equal("closed on request", CloseReason.Requested.ToString());
        Assert.Equal("Reset by the peer while reading", new CloseReason(ErrorClass.Reset, "Reset by the peer while reading.", 1006).ToString());
        Assert.Equal("closed by the server: restart (close code 1012)", new CloseReason(ErrorClass.ServerUnavailable, "closed by the server: restart", 1012).ToString());
    }

    [Fact]
    public void A_status_says_in_one_line_how_the_connection_is()
    {
        var status = new ConnectionStatus("bybit", ConnectionState.Ready, new Epoch(2), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
        {
            DesiredTopics = 6,
            ConfirmedTopics = 5,
            StaleTopics = 1,
            MessagesReceived = 12_345,
            LastMessageAge = TimeSpan.FromMilliseconds(12),
            Reconnects = 1,
            LastReason = new CloseReason(ErrorClass.Reset, "reset by peer", 1006),
        };

        Assert.Equal(
            "bybit: Degraded, Ready since 2026-01-02 03:04:05Z, epoch 2, 5 of 6 topics confirmed (1 stale), 12,345 messages (the last 12 ms ago), 1 reconnect, last loss: reset by peer",
            status.ToString());
    }

    [Fact]
    public void Metrics_say_in_one_line_what_matters_most()
    {
        var metrics = new ConnectionMetrics("bybit", ConnectionState.Ready, new Epoch(2))
        {
            Age = TimeSpan.FromHours(4),
            Uptime = TimeSpan.FromHours(3),
            Downtime = TimeSpan.FromSeconds(25.9),
            MessagesReceived = 1,
            Reconnects = 1,
            Errors = 3,
            ErrorsByClass = new Dictionary<ErrorClass, long> { [ErrorClass.Reset] = 1, [ErrorClass.Refused] = 2 },
            Latency = new LatencyMetrics(1) { P50 = TimeSpan.FromMicroseconds(31), P95 = TimeSpan.FromMicroseconds(60), P99 = TimeSpan.FromMicroseconds(190), Max = TimeSpan.FromMilliseconds(2) },
        };

        Assert.Equal(
            "bybit: Ready, up 3 h, down 25.9 s of 4 h, 1 message, 1 reconnect, 3 errors (Reset 1, Refused 2), latency p50 31 µs, p95 60 µs, p99 190 µs, max 2 ms over 1 update",
            metrics.ToString());
    }

    [Fact]
    public void An_error_of_many_topics_names_the_first_and_counts_the_rest()
    {
        TopicFailure[] failures = [.. Enumerable.Range(1, Many).Select(n => new TopicFailure($"t{n}", "no such topic"))];

        Assert.Equal("Connection 'bybit': 1 topic was not subscribed: t1 (no such topic)", new SubscriptionFailedException("bybit", failures[..1]).Message);
        Assert.Equal(
            "Connection 'bybit': 1000 topics were not subscribed: t1 (no such topic); t2 (no such topic); t3 (no such topic) and 997 more",
            new SubscriptionFailedException("bybit", failures).Message);
    }

    [Fact]
    public void Words_of_a_server_without_an_end_are_cut()
    {
        var endless = new string('x', 100_000);

        Assert.All(
            [
                new CloseReason(ErrorClass.ServerUnavailable, endless, 4000).ToString(),
                new TopicFailure("a", endless).ToString(),
                new ServerErrorException("bybit", new RequestId("1"), "10001", endless).Message,
                new SubscriptionFailedException("bybit", [new TopicFailure("a", endless)]).Message,
            ],
            text => Assert.InRange(text.Length, 1, Longest));
    }

    [Fact]
    public async Task A_client_and_its_subscriptions_say_which_they_are()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("words"));
        await using var stream = await client.SubscribeAsync(["a", "b"], Ct);
        await using var typed = await client.SubscribeAsync<Dictionary<string, int>>("c", cancellationToken: Ct);

        Assert.Equal("words: Ready, epoch 1", client.ToString());
        Assert.Equal("words: a, b", stream.ToString());
        Assert.Equal("words: c as Dictionary", typed.ToString());
    }

    private static void AssertReads(object sample)
    {
        var text = sample is Exception error ? error.Message : sample.ToString()!;
        Assert.NotEmpty(text);
        Assert.All(["System.", "`", "None:", "Akka.Actor", "\n"], leaked => Assert.DoesNotContain(leaked, text, StringComparison.Ordinal));
        Assert.InRange(text.Length, 1, Longest);
    }

    // With everything set that can be set; and, where a type has static values, those.
    private static List<object> Samples(Type type)
    {
        var closed = type.IsGenericTypeDefinition ? type.MakeGenericType([.. type.GetGenericArguments().Select(_ => typeof(string))]) : type;
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var samples = closed.GetProperties(BindingFlags.Static | BindingFlags.Public).Where(property => property.PropertyType == closed).Select(property => property.GetValue(null)!).ToList();
        foreach (var constructor in closed.GetConstructors(Any).Where(constructor => !IsCopy(constructor, closed) && constructor.GetParameters().Length > 0))
            samples.Add(Filled(constructor.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType))])));
        if (closed.GetConstructor(Type.EmptyTypes) is { } empty)
            samples.Add(Filled(empty.Invoke(null)));
        Assert.NotEmpty(samples);
        return samples;
    }

    private static bool IsCopy(ConstructorInfo constructor, Type type) => constructor.GetParameters() is [var only] && only.ParameterType == type;

    private static object Filled(object sample)
    {
        if (sample is Exception)
            return sample;
        foreach (var property in sample.GetType().GetProperties().Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0))
            property.SetValue(sample, Sample(property.PropertyType));
        return sample;
    }

    private static object? Sample(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return "text";
        if (type == typeof(Topic))
            return new Topic("orderbook.50.BTCUSDT");
        if (type == typeof(RequestId))
            return new RequestId("r-1");
        if (type == typeof(IActorRef))
            return ActorRefs.Nobody;
        if (type == typeof(Uri))
            return new Uri("wss://example.com/feed");
        if (type == typeof(ReadOnlyMemory<byte>))
            return new ReadOnlyMemory<byte>(new byte[Many]);
        if (type == typeof(Exception))
            return new InvalidOperationException("on purpose");
        if (type == typeof(object))
            return GetStatus.Instance;
        if (type == typeof(WebSocketClientOptions))
            return new WebSocketClientOptions { Name = "words", Url = new Uri("wss://example.com/feed") };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return ArrayOf(type.GetGenericArguments()[0]);
        if (type == typeof(IReadOnlyDictionary<ErrorClass, long>))
            return Enum.GetValues<ErrorClass>().ToDictionary(of => of, of => 123_456L);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(1);
        if (type.IsPrimitive)
            return Convert.ChangeType(1, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type == typeof(TimeSpan))
            return TimeSpan.FromMilliseconds(12.3456);
        if (type.IsValueType && type.Assembly != typeof(Topic).Assembly)
            return Activator.CreateInstance(type);
        return type.IsAbstract ? null : type.Assembly == typeof(Topic).Assembly ? Samples(type)[0] : null;
    }

    private static Array ArrayOf(Type type)
    {
        // The error of options names every finding: one for each option at most.
        var array = Array.CreateInstance(type, type == typeof(OptionError) ? 5 : Many);
        for (var i = 0; i < array.Length; i++)
            array.SetValue(Sample(type), i);
        return array;
    }
}
