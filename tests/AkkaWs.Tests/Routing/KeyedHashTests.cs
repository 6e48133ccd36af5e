using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Tests.Routing;

/// <summary>A server that knows the code, and not the keys that a process draws, cannot make its topics collide.</summary>
public sealed class KeyedHashTests
{
    private const int Count = 20_000;
    private const string Characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.";

    [Theory]
    [InlineData("numbered")]
    [InlineData("chosen")]
    [InlineData("long")]
    [InlineData("different in the middle")]
    public void Keys_fill_as_many_slots_as_chance_would_have_them_fill(string kind)
    {
        var keys = Keys(kind).Take(Count).ToList();
        Assert.Equal(Count, keys.Count);

        var slots = keys.Select(key => new KeyWords(key).Hash(key) >> (64 - 16)).Distinct().Count();

        // By chance 17,200 of 65,536.
        Assert.InRange(slots, Count / 2, Count);
    }

    [Theory]
    [InlineData("numbered")]
    [InlineData("chosen")]
    [InlineData("long")]
    public void Bytes_of_any_number_do_too(string kind) =>
        Assert.InRange(Keys(kind).Take(Count).Select(key => KeyedHash.Of(key) >> 16).Distinct().Count(), Count / 2, Count);

    private static IEnumerable<byte[]> Keys(string kind) => kind switch
    {
        "numbered" => Enumerable.Range(0, Count).Select(i => Encoding.ASCII.GetBytes($"{i}")),
        "chosen" => Chosen(),
        "long" => Enumerable.Range(0, Count).Select(i => Encoding.ASCII.GetBytes($"{i:D100}")),
        _ => Enumerable.Range(0, Count).Select(i => Encoding.ASCII.GetBytes($"{new string('x', 40)}{i:D7}{new string('x', 40)}")),
    };

    // Those that collided whatever the seed, where a seed was all that was drawn: they cancel out the multiplication of their first word.
    private static IEnumerable<byte[]> Chosen()
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        const uint Band = 1u << (32 - 8);
        var first = "topicaxy"u8.ToArray();
        var known = (uint)((BitConverter.ToUInt64(first) ^ 1) * Multiplier);
        foreach (var a in Characters)
        {
            foreach (var b in Characters)
            {
                foreach (var c in Characters)
                {
                    foreach (var d in Characters)
                    {
                        byte[] last = [(byte)a, (byte)b, (byte)c, (byte)d];
                        if ((known ^ BitConverter.ToUInt32(last)) * unchecked((uint)Multiplier) < Band)
                            yield return [.. first, .. "AAAA"u8, .. last];
                    }
                }
            }
        }
    }
}
