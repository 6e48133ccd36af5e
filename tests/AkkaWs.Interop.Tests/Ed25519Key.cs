using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace AkkaWs.Interop.Tests;

/// <summary>A key pair just made, as clients and venues take it.</summary>
internal static class Ed25519Key
{
    // What stands before the 32 bytes of a private and of a public key in DER (RFC 8410).
    private static readonly byte[] PrivateHead = Convert.FromHexString("302e020100300506032b657004220420");
    private static readonly byte[] PublicHead = Convert.FromHexString("302a300506032b6570032100");

    public static (string PrivatePem, string PublicPem) Create()
    {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());
        return (
            PemEncoding.WriteString("PRIVATE KEY", [.. PrivateHead, .. key.GetEncoded()]),
            PemEncoding.WriteString("PUBLIC KEY", [.. PublicHead, .. key.GeneratePublicKey().GetEncoded()]));
    }
}
