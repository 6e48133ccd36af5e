using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace AkkaWs.Exchanges.Tests;

/// <summary>A key pair just made: what the venue is given of it, and what signs with it.</summary>
internal sealed record SigningKey(string PublicPem, Func<ApiCredentials, string, string> Sign)
{
    public static SigningKey Of(string kind) => kind == "RSA" ? Rsa() : Ed25519();

    public static SigningKey Ed25519()
    {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());
        var der = SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(key.GeneratePublicKey()).GetDerEncoded();
        return new SigningKey(PemEncoding.WriteString("PUBLIC KEY", der), (_, payload) =>
        {
            var text = Encoding.UTF8.GetBytes(payload);
            var signer = new Ed25519Signer();
            signer.Init(forSigning: true, key);
            signer.BlockUpdate(text, 0, text.Length);
            return Convert.ToBase64String(signer.GenerateSignature());
        });
    }

    public static SigningKey Rsa()
    {
        var key = RSA.Create(2_048);
        return new SigningKey(
            key.ExportSubjectPublicKeyInfoPem(),
            (_, payload) => Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(payload), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }
}
