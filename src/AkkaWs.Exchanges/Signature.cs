using System.Security.Cryptography;
using System.Text;

namespace AkkaWs.Exchanges;

/// <summary>HMAC-SHA-256 over UTF-8, as all these exchanges sign.</summary>
internal static class Signature
{
    public static string Hex(string secret, string text) => Convert.ToHexStringLower(Hash(secret, text));

    public static string Base64(string secret, string text) => Convert.ToBase64String(Hash(secret, text));

    private static byte[] Hash(string secret, string text)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        try
        {
            return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
