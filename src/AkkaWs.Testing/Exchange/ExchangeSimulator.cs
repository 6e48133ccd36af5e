using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>
/// A venue in the process: speaks the public, private and trade conversation of an <see cref="ExchangeVenue"/> on one port, pushes a seeded market to subscribers and can misbehave on command. All members are
/// safe to use from any thread.
/// </summary>
/// <example><code>
/// await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Seed = 42, UpdatesPerSecond = 2000 }, ct);
/// // connect a client to exchange.Url, let it subscribe, then:
/// await exchange.WaitForSubscriptionAsync("orderbook.50.BTCUSDT");
/// await exchange.DropAllAsync();
/// </code></example>
public sealed partial class ExchangeSimulator : LoopbackServer<ExchangeConnection>
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly ExchangeSimulatorOptions _options;
    private readonly Lock _venue = new();
    private readonly VenueDialect _dialect;
    private readonly VenueRest _rest;
    private readonly VenueFaults _faults = new();
    private readonly TopicHub _hub;
    private readonly ReplyDelayer _replies;
    private Task _pump = Task.CompletedTask;
    private long _generated;

    private ExchangeSimulator(ExchangeSimulatorOptions options)
        : base(options.TimeProvider, options.LedgerCapacity)
    {
        _options = options;
        var markets = new MarketBoard(options.Symbols, options.Seed);
        _dialect = DialectOf(options, markets);
        _rest = RestOf(options, _dialect, markets);
        _hub = new TopicHub(_dialect);
        _replies = new ReplyDelayer(Clock);
    }

    /// <summary>How many updates of public topics were generated.</summary>
    public long UpdatesGenerated => Interlocked.Read(ref _generated);

    /// <summary>The topics that at least one open connection is subscribed to, sorted.</summary>
    public IReadOnlyCollection<string> Subscriptions
    {
        get
        {
            lock (_venue)
                return _hub.Topics;
        }
    }

    /// <summary>Starts an exchange on 127.0.0.1, on the port of the options or a free one.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="PortInUseException">Another program listens on the port of the options.</exception>
    public static async Task<ExchangeSimulator> StartAsync(ExchangeSimulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ExchangeSimulatorOptions();
        options.Validate();
        var exchange = new ExchangeSimulator(options);
        await exchange.ListenAsync(exchange._dialect.DefaultPath, options.Port, cancellationToken).ConfigureAwait(false);
        exchange._pump = Task.Run(exchange.PumpAsync, CancellationToken.None);
        return exchange;
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await base.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await _pump.ConfigureAwait(false);
        }
    }

    private protected override WebSocketAcceptContext AcceptOptions => _options.ServerPingInterval == TimeSpan.Zero
        ? base.AcceptOptions
        : new WebSocketAcceptContext { KeepAliveInterval = _options.ServerPingInterval, KeepAliveTimeout = _options.ServerPongTimeout };

    private protected override ExchangeConnection CreateConnection(ConnectionSeed seed) =>
        new(seed, new OutgoingQueue(_options.MaxQueuedMessages, _options.MaxQueuedBytes));

    private protected override async ValueTask<bool> AnswerHttpAsync(HttpContext context)
    {
        var request = context.Request;
        byte[]? answer;
        lock (_venue)
            answer = HttpMethods.IsGet(request.Method) ? _rest.Get(request.Path, request.Query, Clock.GetUtcNow().ToUnixTimeMilliseconds()) : null;
        if (answer is null)
            return false;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
        return true;
    }

    private protected override async Task ServeAsync(ExchangeConnection connection, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(connection, ended.Token);
        try
        {
            await ConverseAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_venue)
                _hub.Remove(connection);
            await ended.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    private async Task ConverseAsync(ExchangeConnection connection, CancellationToken cancellationToken)
    {
        var session = new VenueSession(connection, _hub, _replies, _faults, Clock);
        lock (_venue)
        {
            connection.Session = session;
            _dialect.Open(session);
        }

        Changed.Pulse();
        var reader = new MessageReader(connection, _options.MaxMessageBytes);
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            try
            {
                lock (_venue)
                    _dialect.Receive(session, message.Payload);
            }
            catch (Exception exception)
            {
                Fail(exception, connection);
                return;
            }

            Changed.Pulse();
        }
    }

    private static VenueDialect DialectOf(ExchangeSimulatorOptions options, MarketBoard markets) => options.Venue switch
    {
        ExchangeVenue.Okx => new OkxDialect(
            markets, new OkxInstruments(options.Symbols), new OkxLogin(options.ApiKey, options.ApiSecret, options.ApiPassphrase), new OrderDesk(markets), options.MaxConnectionsPerChannel),
        ExchangeVenue.Binance or ExchangeVenue.BinanceUsdMargined => new BinanceDialect(
            markets, new OrderDesk(markets), new BinanceKey(options.ApiKey, options.Proof), isUsdMargined: options.Venue == ExchangeVenue.BinanceUsdMargined),
        ExchangeVenue.Deribit => new DeribitDialect(markets, new DeribitTrading(new OrderDesk(markets)), options.ApiKey, options.ApiSecret),
        _ => new BybitDialect(markets, new BybitLogin(options.ApiKey, options.ApiSecret), new BybitTrading(markets, options.Seed)),
    };

    private static VenueRest RestOf(ExchangeSimulatorOptions options, VenueDialect dialect, MarketBoard markets) => dialect switch
    {
        OkxDialect => new OkxRest(new OkxInstruments(options.Symbols)),
        BinanceDialect binance => new BinanceRest(markets, binance),
        DeribitDialect => new DeribitRest(markets),
        _ => new BybitRest(markets),
    };

    private static async Task WriteAsync(ExchangeConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.Queue.WriteToAsync(connection, cancellationToken).ConfigureAwait(false);
            if (connection.LastFrame is { } last)
                await connection.CloseAsync(last.Status, last.Reason, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServerConnection.IsBroken(exception))
        {
            // A client that is gone ends its writer; the reader sees the same and ends the connection. A close frame of ours ends it too.
            if (connection.WebSocket.State == WebSocketState.Open && !cancellationToken.IsCancellationRequested)
                connection.Drop();
        }
    }

    private async Task PumpAsync()
    {
        var schedule = new PumpSchedule(_options.UpdatesPerSecond);
        using var timer = new PeriodicTimer(Tick, Clock);
        var last = Clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(Ending).ConfigureAwait(false))
            {
                var now = Clock.GetTimestamp();
                Generate(schedule, Clock.GetElapsedTime(last, now));
                last = now;
            }
        }
        catch (OperationCanceledException) when (Ending.IsCancellationRequested)
        {
            // The exchange was disposed of.
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Generate(PumpSchedule schedule, TimeSpan elapsed)
    {
        const int LockSlice = 64;
        int due;
        lock (_venue)
        {
            _replies.SendDue();
            foreach (var connection in Connections)
            {
                if (connection.Session is { } session && !IsStalled)
                    _dialect.Tick(session);
            }

            if (!IsStalled)
                _hub.PublishRepetitions(Clock.GetUtcNow().ToUnixTimeMilliseconds());
            due = schedule.Take(elapsed, _hub.HasFlowingTopics && !IsStalled);
        }

        for (; due > 0; due -= LockSlice)
        {
            lock (_venue)
            {
                for (var i = Math.Min(due, LockSlice); i > 0 && _hub.HasFlowingTopics; i--)
                {
                    _hub.PublishNext(Clock.GetUtcNow().ToUnixTimeMilliseconds());
                    Interlocked.Increment(ref _generated);
                }
            }
        }
    }
}
