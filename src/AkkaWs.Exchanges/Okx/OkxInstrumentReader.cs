using System.Buffers.Text;
using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>Walks over the instruments of an answer or a push, <c>{"data":[{"instId":"BTC-USDT","instIdCode":10458,…},…]}</c>; those without a number are left out.</summary>
internal ref struct OkxInstrumentReader
{
    private readonly ReadOnlySpan<byte> _data;
    private JsonItemReader _items;

    public OkxInstrumentReader(ReadOnlySpan<byte> message)
    {
        var data = JsonBody.Find(message, "data"u8);
        _data = data.Kind == JsonValueKind.Array ? data.Of(message) : default;
        _items = new JsonItemReader(_data);
    }

    /// <summary>The <c>instId</c>.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The <c>instIdCode</c>.</summary>
    public long Code { get; private set; }

    /// <summary>Goes to the next instrument that has a number.</summary>
    public bool Next()
    {
        while (_items.Next())
        {
            if (_items.Value.Kind == JsonValueKind.Object && TryRead(_items.Value.Of(_data)))
                return true;
        }

        return false;
    }

    private bool TryRead(ReadOnlySpan<byte> instrument)
    {
        JsonSlice name = default, code = default;
        var fields = new JsonFieldReader(instrument);
        while (fields.Next())
        {
            if (fields.NameIs("instId"u8))
                name = fields.Value;
            else if (fields.NameIs(OkxFacts.InstrumentCode))
                code = fields.Value;
        }

        if (name is not { Kind: JsonValueKind.String, TextLength: > 0 } || !code.Has())
            return false;
        var digits = code.TextOf(instrument);
        if (!Utf8Parser.TryParse(digits, out long number, out var read) || read != digits.Length)
            return false;
        (Name, Code) = (name.GetText(instrument), number);
        return true;
    }
}
