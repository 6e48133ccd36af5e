using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AkkaWs.Testing;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Chaos;

/// <summary>A server of <see cref="Support.LineProtocol"/> behind a <see cref="FaultProxy"/>, with TLS or without, that fails as a <see cref="ChaosCase"/> says until it behaves.</summary>
internal sealed class ChaosVenue : IAsyncDisposable
{
    private static readonly X509Certificate2 Certificate = CreateCertificate();

    private readonly Lock _gate = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _ending = new();
    private readonly List<ChaosConversation> _live = [];
    private readonly bool _tls;
    private readonly Task _accepting;
    private volatile ChaosCase? _trouble;
    private volatile bool _hasStruck;

    public ChaosVenue(bool tls)
    {
        _tls = tls;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        var port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        Proxy = FaultProxy.Start(new Uri(tls ? $"wss://localhost:{port}/" : $"ws://127.0.0.1:{port}/"));
        _accepting = AcceptAsync();
    }

    public FaultProxy Proxy { get; }

    public Uri Url => Proxy.Url;

    /// <summary>Whether the trouble has come to a connection.</summary>
    public bool HasStruck => _hasStruck;

    /// <summary>Connects as the product does, and trusts this server's certificate and no other.</summary>
    public Task<WireConnection> ConnectAsync(Uri url, WireOptions options, CancellationToken cancellationToken) => WireConnection.ConnectAsync(
        url, options with { CertificateValidation = (_, certificate, _, _) => certificate?.GetCertHashString() == Certificate.GetCertHashString() }, cancellationToken);

    /// <summary>Fails from now on.</summary>
    public async Task SufferAsync(ChaosCase trouble)
    {
        _trouble = trouble;
        _hasStruck = trouble is { Moment: Moment.Tcp, Failure: Failure.Refuse };
        if (_hasStruck)
            await Proxy.RefuseAsync();
        else if (trouble.Moment is Moment.Tcp or Moment.Tls)
            Proxy.Plan = _ =>
            {
                _hasStruck = true;
                return WireFailures.FaultsBeforeUpgrade(trouble);
            };
    }

    /// <summary>Behaves from now on.</summary>
    public Task BehaveAsync()
    {
        _trouble = null;
        return Proxy.HealAsync();
    }

    /// <summary>The failure that is due at a moment, which is then taken to happen; null: none.</summary>
    public ChaosCase? StrikeAt(Moment moment)
    {
        if (_trouble is not { } trouble || (trouble.Moment != moment && !(moment == Moment.HttpAnswer && IsDueAtUpgrade(trouble))))
            return null;
        _hasStruck = true;
        return trouble;
    }

    /// <summary>Sends an update to every client.</summary>
    public async Task PublishAsync(string update)
    {
        List<ChaosConversation> live;
        lock (_gate)
            live = [.. _live];
        foreach (var conversation in live)
            await conversation.SendAsync(update);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Proxy.DisposeAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
    }

    // A rotation's new connection fails where it is upgraded; one that fails by a status later on is cut there, and refused so afterwards.
    private bool IsDueAtUpgrade(ChaosCase trouble) =>
        trouble.Moment == Moment.Rotation || (trouble.Failure is Failure.ClientError or Failure.ServerError && _hasStruck);

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptAsync(_ending.Token)));
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using Stream tcp = new NetworkStream(socket, ownsSocket: true);
        await using var ssl = _tls ? new SslStream(tcp) : null;
        using var conversation = new ChaosConversation(this, ssl ?? tcp, _ending.Token);
        lock (_gate)
            _live.Add(conversation);
        try
        {
            if (ssl is not null)
                await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _ending.Token);
            await conversation.RunAsync();
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // What this server is for.
        }
        finally
        {
            lock (_gate)
                _live.Remove(conversation);
        }
    }

    /// <summary>Whether an exception only says that the client is gone.</summary>
    public static bool IsGone(Exception exception) => exception is IOException or SocketException or ObjectDisposedException
        or AuthenticationException or OperationCanceledException;

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
