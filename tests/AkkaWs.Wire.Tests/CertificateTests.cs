using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

/// <summary>Which certificates are accepted, and that nobody is asked about them who is not to be asked.</summary>
public sealed class CertificateTests
{
    private static readonly WireOptions Default = new() { Proxy = WireProxy.None };

    [Fact]
    public async Task An_untrusted_certificate_makes_us_fetch_nothing()
    {
        await using var issuer = new SilentListener();
        using var certificate = TestCertificates.Issue("localhost", TestCertificates.AlternativeName("localhost"), TestCertificates.IssuerAt(issuer.Url));
        await using var server = TlsServer.Start(certificate);

        var failure = await Assert.ThrowsAsync<WireTlsException>(() => ConnectAsync(server, Default));

        Assert.True(failure.IsCertificateRefused);
        Assert.Contains("PartialChain", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, issuer.Accepted);
    }

    [Fact]
    public async Task A_client_certificate_makes_us_fetch_nothing()
    {
        await using var issuer = new SilentListener();
        using var mine = TestCertificates.Issue("trader", TestCertificates.IssuerAt(issuer.Url));
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = TlsServer.Start(
            WebServer.Certificate,
            async tls =>
            {
                seen.TrySetResult(tls.RemoteCertificate?.Subject);
                await RawServer.ReadToEndAsync(tls);
            },
            asksForCertificate: true);

        await using var connection = await ConnectAsync(server, Default with { CertificateValidation = WebServer.Trust, ClientCertificates = [mine] });

        Assert.Equal("CN=trader", await seen.Task.WaitAsync(Peer.Patience));
        Assert.Equal(0, issuer.Accepted);
    }

    [Fact]
    public async Task A_common_name_without_alternative_names_is_refused()
    {
        using var certificate = TestCertificates.SelfSigned("localhost", 0);
        await using var server = TlsServer.Start(certificate);

        var seen = await SeenAsync(server);
        var failure = await Assert.ThrowsAsync<WireTlsException>(() => ConnectAsync(server, Default));

        Assert.True(seen.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch), $"{seen}");
        Assert.Contains("alternative name", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alternative_name_of_another_kind_does_not_count()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress("localhost@localhost");
        using var certificate = TestCertificates.SelfSigned("localhost", 0, names.Build());
        await using var server = TlsServer.Start(certificate);

        Assert.True((await SeenAsync(server)).Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
    }

    [Theory]
    [InlineData(false, X509RevocationMode.NoCheck)]
    [InlineData(true, X509RevocationMode.Online)]
    public async Task Revocation_is_asked_about_only_where_the_option_says_so(bool check, X509RevocationMode mode)
    {
        await using var server = TlsServer.Start(WebServer.Certificate);

        var seen = await SeenAsync(server, Default with { CheckRevocation = check });

        Assert.Equal((mode, false), (seen.Revocation, seen.MayDownload));
    }

    [Fact]
    public async Task Online_revocation_asks_nobody_about_an_untrusted_certificate()
    {
        await using var revocations = new SilentListener();
        using var certificate = TestCertificates.Issue("localhost", TestCertificates.AlternativeName("localhost"), TestCertificates.RevocationsAt(revocations.Url));
        await using var server = TlsServer.Start(certificate);

        var failure = await Assert.ThrowsAsync<WireTlsException>(() => ConnectAsync(server, Default with { CheckRevocation = true }));

        Assert.True(failure.IsCertificateRefused);
        Assert.Equal(0, revocations.Accepted);
    }

    [Fact]
    public async Task A_server_that_renegotiates_is_left()
    {
        await using var server = TlsServer.Start(
            WebServer.Certificate,
            async tls =>
            {
#pragma warning disable CA1416 // macOS cannot
                await tls.NegotiateClientCertificateAsync();
#pragma warning restore CA1416
                await tls.WriteAsync(Frames.Text("after"));
                await RawServer.ReadToEndAsync(tls);
            },
            SslProtocols.Tls12);
        await using var connection = await ConnectAsync(server, Default with { CertificateValidation = WebServer.Trust });

        await connection.FailsAsync<WireResetException>();
    }

    [Theory]
    [InlineData(512, false)]
    [InlineData(1_024, false)]
    [InlineData(2_040, false)]
    [InlineData(2_048, true)]
    public void An_RSA_key_that_is_too_short_is_refused_though_its_issuer_is_trusted(int bits, bool isAccepted)
    {
        using var own = TestCertificates.WithKeyOf(bits, "localhost", TestCertificates.AlternativeName("localhost"));
        using var issuer = TestCertificates.WithKeyOf(bits, "issuer", new X509BasicConstraintsExtension(true, false, 0, true));
        using var issued = TestCertificates.IssueBy(issuer, "localhost", TestCertificates.AlternativeName("localhost"));
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true } };
        chain.ChainPolicy.CustomTrustStore.Add(issuer);
        Assert.True(chain.Build(issued));

        Assert.Equal(isAccepted, new CertificateVerdict(null).Decide(this, own, null, SslPolicyErrors.None));
        Assert.Equal(isAccepted, new CertificateVerdict(null).Decide(this, issued, chain, SslPolicyErrors.None));
    }

    [Fact]
    public async Task A_server_with_a_short_RSA_key_is_refused_by_name()
    {
        using var certificate = TestCertificates.WithKeyOf(1_024, "localhost", TestCertificates.AlternativeName("localhost"));
        await using var server = TlsServer.Start(certificate, takesShortKeys: true);

        var failure = await Assert.ThrowsAsync<WireTlsException>(() => ConnectAsync(server, Default));

        Assert.True(failure.IsCertificateRefused);
        Assert.Contains("fewer than 2048 bits", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, SslPolicyErrors, X509ChainStatusFlags> Wrong => new()
    {
        { "of another host", SslPolicyErrors.RemoteCertificateNameMismatch, X509ChainStatusFlags.NoError },
        { "expired", SslPolicyErrors.RemoteCertificateChainErrors, X509ChainStatusFlags.NotTimeValid },
        { "not yet valid", SslPolicyErrors.RemoteCertificateChainErrors, X509ChainStatusFlags.NotTimeValid },
        { "for clients", SslPolicyErrors.RemoteCertificateChainErrors, X509ChainStatusFlags.NotValidForUsage },
        { "of an issuer that is none", SslPolicyErrors.RemoteCertificateChainErrors, X509ChainStatusFlags.InvalidBasicConstraints },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_with_a_certificate_is_told(string what, SslPolicyErrors error, X509ChainStatusFlags status)
    {
        var name = TestCertificates.AlternativeName("localhost");
        using var noIssuer = TestCertificates.Issue("no issuer");
        using var certificate = what switch
        {
            "of another host" => TestCertificates.SelfSigned("localhost", 0, TestCertificates.AlternativeName("other.example")),
            "expired" => TestCertificates.SelfSigned("localhost", -3, name),
            "not yet valid" => TestCertificates.SelfSigned("localhost", 5, name),
            "for clients" => TestCertificates.SelfSigned("localhost", 0, name, TestCertificates.Usage(TestCertificates.ClientUsage)),
            _ => TestCertificates.IssueBy(noIssuer, "localhost", name),
        };
        await using var server = TlsServer.Start(certificate, issuer: what == "of an issuer that is none" ? noIssuer : null);

        var seen = await SeenAsync(server);

        Assert.True(seen.Errors.HasFlag(error), $"{seen}");
        Assert.True(status == X509ChainStatusFlags.NoError || seen.Statuses.Contains(status), $"{seen.Errors}: {string.Join(", ", seen.Statuses)}");
    }

    private sealed record Seen(SslPolicyErrors Errors, IReadOnlyList<X509ChainStatusFlags> Statuses, X509RevocationMode Revocation, bool MayDownload);

    private static async Task<Seen> SeenAsync(RawServer server, WireOptions? options = null)
    {
        Seen? seen = null;
        await using var connection = await ConnectAsync(server, (options ?? Default) with
        {
            CertificateValidation = (_, _, chain, errors) =>
            {
                seen = new Seen(errors, [.. chain!.ChainStatus.Select(status => status.Status)], chain.ChainPolicy.RevocationMode, !chain.ChainPolicy.DisableCertificateDownloads);
                return true;
            },
        });
        return seen!;
    }

    private static Task<WireConnection> ConnectAsync(RawServer server, WireOptions options) => WireConnection.ConnectAsync(TlsServer.UrlOf(server), options).WaitAsync(Peer.Patience);
}
