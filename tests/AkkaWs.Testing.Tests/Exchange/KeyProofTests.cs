using System.Security.Cryptography;

namespace AkkaWs.Testing.Tests;

public sealed class KeyProofTests
{
    private const string Signature =
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    // The head of an Ed25519 key in DER, and the public key of the second test of RFC 8032, section 7.1.
    private static readonly string PublishedKey = Pem("302a300506032b65700321003d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");

    [Fact]
    public void The_published_Ed25519_signature_is_right_for_its_text_alone()
    {
        var proof = KeyProof.OfPublicKey(PublishedKey);
        var signature = Convert.ToBase64String(Convert.FromHexString(Signature));

        Assert.Equal(KeyKind.Ed25519, proof.Kind);
        Assert.True(proof.IsSignedBy("r", signature));
        Assert.False(proof.IsSignedBy("s", signature));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64!")]
    public void What_is_no_signature_is_none(string? signature)
    {
        Assert.False(KeyProof.OfPublicKey(PublishedKey).IsSignedBy("r", signature));
        Assert.False(KeyProof.OfPublicKey(RSA.Create(2_048).ExportSubjectPublicKeyInfoPem()).IsSignedBy("r", signature));
        Assert.False(KeyProof.OfSecret("secret").IsSignedBy("r", signature));
    }

    [Fact]
    public void What_is_no_public_key_of_RSA_or_Ed25519_is_refused_and_a_private_key_is_not_shown()
    {
        var secret = RSA.Create(2_048).ExportPkcs8PrivateKeyPem();
        string[] wrong = ["", "simulator-secret", secret, ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfoPem(), Pem("302a3005")];

        Assert.All(wrong, text =>
        {
            var error = Assert.Throws<ArgumentException>(() => KeyProof.OfPublicKey(text));
            Assert.DoesNotContain(secret[40..80], error.ToString(), StringComparison.Ordinal);
        });
    }

    private static string Pem(string hex) => PemEncoding.WriteString("PUBLIC KEY", Convert.FromHexString(hex));
}
