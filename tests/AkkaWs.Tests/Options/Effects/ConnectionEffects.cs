using System.Text;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;
using AkkaWs.Wire;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Options.Effects;

/// <summary>
/// Options that show in what a connection does. A time is observed by letting it pass: what it is for must not come before, and must come then; both
/// values differ from the default, so that one which is not listened to comes too soon, or is waited for in vain.
/// </summary>
internal static partial class ConnectionEffects
{
    public static IReadOnlyList<OptionEffect> All { get; } =
    [
        new("name", "one", "other", ActorOf),
        new("url", new Uri("ws://127.0.0.1/one"), new Uri("ws://127.0.0.1/other?x=1"), Upgrade),
        new("headers", Headers("one"), Headers("other"), Upgrade),
        new("sub-protocols", new[] { "one" }, new[] { "other", "one" }, Upgrade),
        new("connect-timeout", Seconds(1), Seconds(4), ConnectTimeout),
        new("close-timeout", Seconds(0.5), Seconds(1), StuckClose),
        new("authenticate-on-connect", true, false, Login),
        new("authentication-timeout", Seconds(1), Seconds(4), SilentLogin)
        {
            Given = options => options with { Reconnect = new() { InitialDelay = TimeSpan.Zero } },
        },
        new("max-message-size", 8, 1_000, LargeMessage),
        new("dispatcher", "akka.actor.default-dispatcher", "akka.actor.internal-dispatcher", Dispatcher),
        new("follow-redirects", true, false, HandedOn),
        new("tcp-keep-alive", Seconds(5), null, HandedOn),
        new("tls.pinned-sha256", new[] { Convert.ToBase64String(new byte[32]) }, Array.Empty<string>(), HandedOn) { Given = options => options with { Url = new Uri("wss://127.0.0.1/") } },
        new("tls.revocation", TlsRevocation.Off, TlsRevocation.Online, HandedOn) { Given = options => options with { Url = new Uri("wss://127.0.0.1/") } },
        new("proxy.address", "off", "http://127.0.0.1:9", HandedOn) { Given = options => options with { AllowInsecure = true } },
        new("proxy.user", "me", "you", HandedOn) { Given = options => options with { AllowInsecure = true, Proxy = new() { Address = "http://127.0.0.1:9" } } },
        new("proxy.password", "one", "other", HandedOn) { Given = options => options with { AllowInsecure = true, Proxy = new() { Address = "http://127.0.0.1:9", User = "me" } } },
        new("deflate.enabled", true, false, HandedOn),
        new("deflate.client-max-window-bits", 9, 10, HandedOn) { Given = Deflating },
        new("deflate.server-max-window-bits", 9, 10, HandedOn) { Given = Deflating },
        new("deflate.client-context-takeover", true, false, HandedOn) { Given = Deflating },
        new("deflate.server-context-takeover", true, false, HandedOn) { Given = Deflating },
        new("deflate.minimum-size", 9, 10, HandedOn) { Given = Deflating },
        new("reconnect.stable-after", Seconds(1), Seconds(20), SecondLoss),
        new("heartbeat.use-frame-ping", true, false, Ping) { Given = options => options with { Heartbeat = new() { PingInterval = Seconds(1) } } },
        new("requests.timeout", Seconds(1), Seconds(4), SilentRequest),
        new("requests.max-pending", 1, 2, TwoRequests),
        new("requests.cleanup-interval", Seconds(1), Seconds(4), IdleRequestActor),
        new("queue.default-ttl", Seconds(1), Seconds(4), QueuedSend),
        new("queue.on-close", QueueOnClose.Fail, QueueOnClose.Flush, CloseWithWaiting),
        new("rotation.overlap", Seconds(1), Seconds(4), UnconfirmedRotation),
        new("subscriptions.buffer-capacity", 2, 5, SlowActor),
        new("subscriptions.buffer-bytes", 12L, 25L, SlowActor),
        new("subscriptions.max-buffered-bytes", 12L, 25L, CrowdedActor),
        new("subscriptions.confirm-timeout", Seconds(1), Seconds(4), SilentSubscription),
        new("subscriptions.unsubscribe-linger", Seconds(1), Seconds(4), Unsubscription),
        new("subscriptions.max-stall", Seconds(1), Seconds(80_000), StuckActor)
        {
            Given = options => options with { Subscriptions = new() { BatchCredits = 1 } },
        },
        new("subscriptions.callback-timeout", Seconds(4), Seconds(40), HangingCallback),
        new("subscriptions.max-age", Seconds(10), Seconds(40), SilentTopic),
        new("subscriptions.max-topics", 2, 3, ThreeTopics),
        new("subscriptions.max-subscribe-bytes", 1, null, ThreeTopics),
        new("telemetry.traces", true, false, Activities),
        new("telemetry.metrics-interval", Seconds(10), null, LoggedFigures),
        new("telemetry.log-payloads", true, false, LoggedPayloads),
    ];

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static KeyValuePair<string, string>[] Headers(string value) => [new("X-Effect", value)];

    private static Task<string> ActorOf(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.OpenAsync(options);
        return lab.Connection.Path.Name;
    });

    // The request as it arrives at the server, but for what chance has written into it.
    private static Task<string> Upgrade(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        var (client, server) = MemoryDuplex.Create();
        await lab.OpenAsync(options, connect: (url, wire, cancellationToken) => WireConnection.ConnectAsync(
            url, wire with { Proxy = WireProxy.None, ConnectCallback = (_, _) => new(client) }, cancellationToken));
        using var reader = new StreamReader(server, Encoding.ASCII);
        var request = new List<string>();
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            request.Add(line);
        return string.Join(", ", request.Where(line => !line.StartsWith("Sec-WebSocket-Key", StringComparison.Ordinal)));
    });

    private static WebSocketClientOptions Deflating(WebSocketClientOptions options) => options with { Deflate = new() { Enabled = true } };

    // What becomes of it over a socket is for the tests of the transport's options to show.
    private static Task<string> HandedOn(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        var asked = new TaskCompletionSource<WireOptions>(TaskCreationOptions.RunContinuationsAsynchronously);
        await lab.OpenAsync(options, connect: (url, wire, cancellationToken) =>
        {
            asked.TrySetResult(wire);
            return lab.Venue.ConnectAsync(url, wire, cancellationToken);
        });
        var got = await asked.Task.WaitAsync(EffectLab.Deadline);
        var login = got.Proxy.Proxy?.Credentials?.GetCredential(new Uri("http://127.0.0.1:9"), "Basic");
        return $"{got.FollowRedirects} {got.TcpKeepAlive} {got.CertificateValidation is null} {got.CheckRevocation} {got.Proxy} {login?.UserName} {login?.Password} {got.Deflate}";
    });

    // What the wire does with it is for the wire's own tests to show.
    private static Task<string> ConnectTimeout(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        var asked = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        await lab.OpenAsync(options, connect: (url, wire, cancellationToken) =>
        {
            asked.TrySetResult(wire.ConnectTimeout);
            return lab.Venue.ConnectAsync(url, wire, cancellationToken);
        });
        return $"{await asked.Task.WaitAsync(EffectLab.Deadline)}";
    });

    // Nothing can be written any more, and the wire itself would wait for longer.
    private static Task<string> StuckClose(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        var handedOn = TimeSpan.Zero;
        await lab.ReadyAsync(options, connect: (url, wire, cancellationToken) =>
        {
            handedOn = wire.CloseTimeout;
            return lab.Venue.ConnectAsync(url, wire with { CloseTimeout = TimeSpan.FromHours(1) }, cancellationToken);
        });
        var stuck = new TaskCompletionSource();
        lab.Venue.Newest.Client.OnWrite = _ => stuck.Task;
        lab.Tell(Close.Instance);
        await lab.PassAsync(options.CloseTimeout + Seconds(1), status => status.State == ConnectionState.Closing);
        await lab.StatusAsync(status => status.State == ConnectionState.Closed);
        stuck.SetResult();
        return $"closed after {options.CloseTimeout}, the wire after {handedOn}";
    });

    private static Task<string> Login(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options, new LineProtocol { Authenticates = true });
        lab.Tell(Send("after"));
        return await lab.ReceivedAsync("after");
    });

    private static Task<string> SilentLogin(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        lab.Ignored.Add("auth");
        await lab.OpenAsync(options, new LineProtocol { Authenticates = true });
        await lab.StatusAsync(status => status.State == ConnectionState.Authenticating);
        await lab.PassAsync(options.AuthenticationTimeout, status => status.Epoch.Value == 1);
        await lab.StatusAsync(status => status.Epoch.Value == 2);
        return $"given up after {options.AuthenticationTimeout}";
    });

    private static Task<string> LargeMessage(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        await lab.Venue.Newest.SendAsync("U|a|0123456789");
        await lab.StatusAsync(status => status.MessagesReceived > 0 || status.LastReason is not null);
        return $"{(await lab.StatusAsync()).LastReason?.CloseCode}";
    });

    private static Task<string> Dispatcher(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.OpenAsync(options);
        return ((ActorCell)((ActorRefWithCell)lab.Connection).Underlying).Dispatcher.Id;
    });

    private static Task<string> SecondLoss(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        lab.Venue.Newest.Drop();
        await lab.StatusAsync(status => status is { State: ConnectionState.Ready, Epoch.Value: 2 });
        lab.Scheduler.Advance(Seconds(10));
        await lab.StatusAsync();
        var watcher = lab.CreateTestProbe();
        lab.Tell(new WatchConnection(watcher));
        lab.Venue.Newest.Drop();
        var planned = (Reconnecting)await watcher.FishForMessageAsync(message => message is Reconnecting, EffectLab.Deadline);
        return $"attempt {planned.Attempt}";
    });

    // What was sent first has arrived when the other one has.
    private static Task<string> Ping(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        lab.Scheduler.Advance(options.Heartbeat.PingInterval);
        await lab.StatusAsync();
        lab.Tell(Send("after"));
        return await lab.ReceivedAsync("after");
    });

    private static Task<string> SilentRequest(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        lab.Ignored.Add("req");
        await lab.ReadyAsync(options);
        var caller = lab.CreateTestProbe();
        lab.Tell(new Request("x"u8.ToArray()), caller);
        await lab.PassAsync(options.Requests.Timeout, status => status.PendingRequests == 1);
        return $"{FailureOf<RequestTimeoutException>(await caller.ExpectMsgAsync<Status.Failure>(EffectLab.Deadline))} after {options.Requests.Timeout}";
    });

    private static Task<string> TwoRequests(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        lab.Ignored.Add("req");
        await lab.ReadyAsync(options);
        lab.Tell(new Request("1"u8.ToArray()));
        lab.Tell(new Request("2"u8.ToArray()));
        return $"{(await lab.StatusAsync()).PendingRequests} in flight";
    });

    // It is let go by the second look after its last request.
    private static Task<string> IdleRequestActor(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        await lab.AskAsync<Response>(new Request("x"u8.ToArray()));
        var idle = await lab.Sys.ActorSelection("/user/akkaws/effect/request-1").ResolveOne(EffectLab.Deadline);
        var watcher = lab.CreateTestProbe();
        watcher.Watch(idle);
        lab.Scheduler.Advance(options.Requests.CleanupInterval);
        await lab.StatusAsync();
        Assert.False(watcher.HasMessages);
        lab.Scheduler.Advance(options.Requests.CleanupInterval);
        await watcher.ExpectTerminatedAsync(idle, EffectLab.Deadline);
        return $"looked for after {options.Requests.CleanupInterval}";
    });

    private static Task<string> QueuedSend(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        lab.Ignored.Add("auth");
        await lab.OpenAsync(options, new LineProtocol { Authenticates = true });
        await lab.StatusAsync(status => status.State == ConnectionState.Authenticating);
        var caller = lab.CreateTestProbe();
        lab.Tell(Send("x") with { WhenNotReady = WhenNotReady.Queue() }, caller);
        await lab.PassAsync(options.Queue.DefaultTtl, status => status.QueuedCommands == 1);
        return $"{FailureOf<NotSentException>(await caller.ExpectMsgAsync<Status.Failure>(EffectLab.Deadline))} after {options.Queue.DefaultTtl}";
    });

    // The transport answers when it has begun to close.
    private static Task<string> CloseWithWaiting(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        var (entered, open) = (new TaskCompletionSource(), new TaskCompletionSource());
        lab.Venue.Newest.Client.OnWrite = _ =>
        {
            entered.TrySetResult();
            return open.Task;
        };
        lab.Tell(Send("under way"));
        await entered.Task.WaitAsync(EffectLab.Deadline);
        var caller = lab.CreateTestProbe();
        lab.Tell(Send("waits"), caller);
        lab.Tell(Close.Instance);
        await lab.StatusAsync();
        await lab.Sys.ActorSelection("/user/akkaws/effect/transport-1").ResolveOne(EffectLab.Deadline);
        open.SetResult();
        return $"{(await caller.ExpectMsgAsync<object>(EffectLab.Deadline)).GetType().Name}";
    });

    private static Task<string> UnconfirmedRotation(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options, new LineProtocol { Confirms = false });
        var caller = lab.CreateTestProbe();
        lab.Tell(Rotate.Instance, caller);
        await lab.StatusAsync(status => status.Epoch.Value == 2);
        await lab.PassAsync(options.Rotation.Overlap, status => status.Rotations == 0);
        await caller.ExpectMsgAsync<Rotated>(EffectLab.Deadline);
        return $"left after {options.Rotation.Overlap}";
    });

    private static Task<string> Activities(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        using var activities = new ActivityProbe(options.Name);
        await lab.ReadyAsync(options);
        return string.Join(", ", activities.Ended.Select(activity => activity.OperationName));
    });

    // What was logged first is there when the other one is.
    private static Task<string> LoggedPayloads(WebSocketClientOptions options) => EffectLab.RunAsync(
        async lab =>
        {
            var logged = LogProbe.Start(lab.Sys, lab.Sys.EventStream);
            await lab.ReadyAsync(options);
            await lab.AskAsync<Response>(new Request("x"u8.ToArray()));
            Logging.GetLogger(lab.Sys, nameof(LoggedPayloads)).Debug("after");
            await lab.UntilAsync(() => Task.FromResult(logged.Any(entry => entry.Message.ToString() == "after")));
            return string.Join(", ", LogProbe.Of(logged, options.Name).Select(line => line.Message.EventName).Where(name => name.StartsWith("Payload", StringComparison.Ordinal)));
        },
        "akka.loglevel = DEBUG");

    // What was logged first is there when the other one is.
    private static Task<string> LoggedFigures(WebSocketClientOptions options) => EffectLab.RunAsync(
        async lab =>
        {
            var logged = LogProbe.Start(lab.Sys, lab.Sys.EventStream);
            await lab.ReadyAsync(options);
            lab.Scheduler.Advance(Seconds(10));
            await lab.StatusAsync();
            Logging.GetLogger(lab.Sys, nameof(LoggedFigures)).Info("after");
            await lab.UntilAsync(() => Task.FromResult(logged.Any(entry => entry.Message.ToString() == "after")));
            return $"told {LogProbe.Of(logged, options.Name).Count(line => line.Message.EventName == "Figures")} times";
        },
        "akka.loglevel = INFO");

    private static Send Send(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string FailureOf<T>(Status.Failure failure) => Assert.IsType<T>(failure.Cause)!.GetType().Name;
}
