using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace AkkaWs.Testing;

/// <summary>What proves a venue's API key, by the name that venues give to it.</summary>
internal enum KeyKind
{
    Hmac,
    Rsa,
    Ed25519,
}

/// <summary>
/// Tells whether a text was signed by the owner of an API key: by HMAC-SHA-256 with the secret (in hex), or by a private key whose public one is
/// known, RSA (PKCS #1 v1.5 with SHA-256) or Ed25519 (both in base64).
/// </summary>
internal sealed class KeyProof
{
    private const string PublicKeyLabel = "PUBLIC KEY";

    private readonly byte[] _secret;
    private readonly AsymmetricKeyParameter? _publicKey;

    private KeyProof(KeyKind kind, byte[] secret, AsymmetricKeyParameter? publicKey) => (Kind, _secret, _publicKey) = (kind, secret, publicKey);

    internal KeyKind Kind { get; }

    internal static KeyProof OfSecret(string secret) => new(KeyKind.Hmac, Encoding.UTF8.GetBytes(secret), null);

    /// <summary>Reads a public key: PEM, <c>-----BEGIN PUBLIC KEY-----</c>.</summary>
    /// <exception cref="ArgumentException">It is none, or of another kind than RSA and Ed25519.</exception>
    internal static KeyProof OfPublicKey(string pem)
    {
        var key = ReadPublicKey(pem);
        return key switch
        {
            Ed25519PublicKeyParameters => new KeyProof(KeyKind.Ed25519, [], key),
            RsaKeyParameters => new KeyProof(KeyKind.Rsa, [], key),
            _ => throw new ArgumentException("The public key is neither an RSA nor an Ed25519 key.", nameof(pem)),
        };
    }

    internal bool IsSignedBy(string text, string? signature)
    {
        if (signature is null)
            return false;
        var signed = Encoding.UTF8.GetBytes(text);
        if (_publicKey is null)
            return string.Equals(signature, Convert.ToHexString(HMACSHA256.HashData(_secret, signed)), StringComparison.OrdinalIgnoreCase);
        var bytes = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, bytes, out var length))
            return false;
        ISigner verifier = Kind == KeyKind.Ed25519 ? new Ed25519Signer() : new RsaDigestSigner(new Sha256Digest());
        verifier.Init(forSigning: false, _publicKey);
        verifier.BlockUpdate(signed, 0, signed.Length);
        return verifier.VerifySignature(bytes[..length]);
    }

    private static AsymmetricKeyParameter ReadPublicKey(string pem)
    {
        try
        {
            var fields = PemEncoding.Find(pem);
            return pem[fields.Label] == PublicKeyLabel
                ? PublicKeyFactory.CreateKey(Convert.FromBase64String(pem[fields.Base64Data]))
                : throw new ArgumentException($"A public key in PEM begins with -----BEGIN {PublicKeyLabel}-----.", nameof(pem));
        }
        catch (Exception unreadable) when (unreadable is not ArgumentException { ParamName: nameof(pem) })
        {
            throw new ArgumentException("This is no public key in PEM.", nameof(pem), unreadable);
        }
    }
}
