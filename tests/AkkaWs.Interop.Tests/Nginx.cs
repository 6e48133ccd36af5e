using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AkkaWs.Interop.Tests;

/// <summary>An nginx of its own in front of a server: TLS, an idle killer, and refusals.</summary>
public sealed class Nginx : IAsyncLifetime
{
    private readonly NpmWsServer _upstream = new();
    private string _folder = "";
    private Process? _process;
    private X509Certificate2? _certificate;

    public int PlainPort { get; } = FreePort();

    public int TlsPort { get; } = FreePort();

    public bool Trusts(X509Certificate? certificate) => certificate?.GetCertHashString() == _certificate!.GetCertHashString();

    public async Task InitializeAsync()
    {
        if (Tool.MissingNginx is not null || NpmPackage.Ws.Missing is not null)
            return;
        await _upstream.InitializeAsync();
        _folder = Directory.CreateTempSubdirectory("akkaws-nginx").FullName;
        WriteCertificate();
        await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), Configuration());
        _process = Tool.Start(Tool.Find("nginx")!, ["-p", _folder, "-c", "nginx.conf", "-e", "error.log"]);
        await AwaitPortAsync();
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }

        _certificate?.Dispose();
        await _upstream.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Configuration() => $$"""
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log error.log;
        events { }
        http {
          access_log off;
          client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
          server {
            listen 127.0.0.1:{{PlainPort}};
            listen 127.0.0.1:{{TlsPort}} ssl;
            ssl_certificate cert.pem;
            ssl_certificate_key key.pem;
            location / {
              proxy_pass http://127.0.0.1:{{_upstream.Port}};
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection upgrade;
            }
            location /idle {
              proxy_pass http://127.0.0.1:{{_upstream.Port}}/echo;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection upgrade;
              proxy_read_timeout 1s;
            }
            location /moved { return 302 http://127.0.0.1:{{PlainPort}}/echo; }
            location /limited { add_header Retry-After 5 always; return 429; }
            location /gone { proxy_pass http://127.0.0.1:1; }
          }
        }
        """;

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), _certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>nginx says nothing when it is ready: its port does.</summary>
    private async Task AwaitPortAsync()
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, PlainPort);
                return;
            }
            catch (SocketException) when (!_process!.HasExited && deadline.Elapsed < TimeSpan.FromSeconds(10))
            {
                await Task.Yield();
            }
        }
    }
}
