using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>Certificates with something wrong, all under an issuer that nobody has installed.</summary>
internal static class TestCertificates
{
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private static readonly X509Certificate2 Root = CreateRoot();

    public static X509Extension AlternativeName(string dnsName)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        return names.Build();
    }

    public static X509Extension Usage(string usage) => new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false);

    /// <summary>Names <paramref name="url"/> as the place of its issuer's certificate.</summary>
    public static X509Extension IssuerAt(string url) => new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [url]);

    /// <summary>Names <paramref name="url"/> as the place of the list of what was revoked.</summary>
    public static X509Extension RevocationsAt(string url) => CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([url]);

    /// <summary>A certificate of the unknown issuer.</summary>
    public static X509Certificate2 Issue(string name, params X509Extension[] extensions) => IssueBy(Root, name, extensions);

    public static X509Certificate2 IssueBy(X509Certificate2 issuer, string name, params X509Extension[] extensions)
    {
        using var key = RSA.Create(2048);
        var request = RequestOf(name, key, extensions);
        using var signer = issuer.GetRSAPrivateKey()!;
        using var issued = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForRSA(signer, RSASignaturePadding.Pkcs1), From(0), From(0).AddDays(2), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return Usable(withKey);
    }

    /// <summary>A certificate that certifies itself, valid from yesterday to tomorrow, or so many <paramref name="days"/> later.</summary>
    public static X509Certificate2 SelfSigned(string name, int days, params X509Extension[] extensions) => SelfSigned(name, days, 2048, extensions);

    /// <summary>One that certifies itself, with an RSA key of so many <paramref name="bits"/>.</summary>
    public static X509Certificate2 WithKeyOf(int bits, string name, params X509Extension[] extensions) => SelfSigned(name, 0, bits, extensions);

    private static X509Certificate2 SelfSigned(string name, int days, int bits, X509Extension[] extensions)
    {
        using var key = RSA.Create(bits);
        using var made = RequestOf(name, key, extensions).CreateSelfSigned(From(days), From(days).AddDays(2));
        return Usable(made);
    }

    private static DateTimeOffset From(int days) => DateTimeOffset.UtcNow.AddDays(days - 1);

    private static CertificateRequest RequestOf(string name, RSA key, X509Extension[] extensions)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        return request;
    }

    private static X509Certificate2 CreateRoot()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=nobody's root", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
        return Usable(made);
    }

    private static X509Certificate2 Usable(X509Certificate2 made) => X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
}
