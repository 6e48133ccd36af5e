using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>
/// The server process: listens on free loopback ports (plain, TLS, and those of the <see cref="VenueServer"/>), prints them, and serves each connection by
/// the script in its URL. Commands come as lines of its standard input.
/// It ends when its standard input ends, which the death of the parent brings about however the parent dies.
/// </summary>
internal static class BlasterServer
{
    public const string CertificateSubject = "CN=127.0.0.1";

    /// <summary>Drops every connection of the <see cref="VenueServer"/>; no answer.</summary>
    public const string ResetCommand = "reset";

    /// <summary>Answered by a line with the number of pings that the <see cref="VenueServer"/> has answered.</summary>
    public const string PingsCommand = "pings";

    private const int Stack = 256 * 1024;

    private static readonly ConcurrentDictionary<(int Size, int Topics), PreparedFrames> Prepared = new();

    public static int Run()
    {
        var plain = Listen(stream => stream);
        var certificate = SelfSigned();
        var tls = Listen(stream =>
        {
            var secure = new SslStream(stream);
            secure.AuthenticateAsServer(certificate);
            return secure;
        });
        var venue = new VenueServer();
        Console.WriteLine(string.Join(' ', [plain, tls, .. venue.Listen()]));
        while (Console.In.ReadLine() is { } command)
        {
            if (command == ResetCommand)
                venue.ResetAll();
            else
                Console.WriteLine(venue.Pings);
        }

        return 0;
    }

    private static int Listen(Func<Stream, Stream> secure)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(1_024);
        Start(() =>
        {
            while (true)
            {
                var socket = listener.AcceptSocket();
                socket.NoDelay = true;
                Start(() => Serve(socket, secure));
            }
        });
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Start(Action body) => new Thread(() => body(), Stack) { IsBackground = true }.Start();

    private static void Serve(Socket socket, Func<Stream, Stream> secure)
    {
        Stream? stream = null;
        var handedOver = false;
        try
        {
            stream = secure(new NetworkStream(socket, ownsSocket: true));
            if (Upgrade.Accept(stream) is not { } target)
                return;
            var script = BlasterScript.Parse(target);
            if (script.Mode == BlasterMode.Blackhole)
            {
                handedOver = true;
                _ = SwallowAsync(stream);
                return;
            }

            new BlasterSession(stream, script, Prepared.GetOrAdd((script.Size, script.Topics), key => new PreparedFrames(key.Size, key.Topics))).Run();
        }
        catch (IOException)
        {
            // The client went away without a close: contenders abort their sockets between rounds.
        }
        finally
        {
            if (!handedOver)
                (stream ?? new NetworkStream(socket, ownsSocket: true)).Dispose();
        }
    }

    /// <summary>Asynchronous, so that thousands of idle connections hold no thread each.</summary>
    private static async Task SwallowAsync(Stream stream)
    {
        await using var owned = stream;
        try
        {
            var buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // As in Serve.
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(CertificateSubject, key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
