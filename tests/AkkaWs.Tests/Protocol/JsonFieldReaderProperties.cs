using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Protocol;

public sealed class JsonFieldReaderProperties
{
    private static readonly JsonSerializerOptions[] Styles =
    [
        new(),
        new() { WriteIndented = true },
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping },
    ];

    private static readonly Config Thorough = Checks.Default.WithMaxTest(500);

    [Fact]
    public void Any_object_is_read_as_JsonDocument_reads_it() =>
        Prop.ForAll(Documents().ToArbitrary(), json =>
        {
            using var document = JsonDocument.Parse(json);
            var expected = document.RootElement.EnumerateObject().Select(p => new JsonField(p.Name, p.Value.GetRawText(), p.Value.ValueKind));

            var fields = JsonFields.Of(json, out var complete);

            Assert.Equal(expected, fields);
            Assert.True(complete);
        }).Check(Thorough);

    [Fact]
    public void Any_object_cut_short_is_malformed_and_its_whole_fields_come_first() =>
        Prop.ForAll(Documents().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (json, seed) =>
        {
            var bytes = Encoding.UTF8.GetBytes(json).AsSpan().TrimEnd(" \r\n\t"u8);
            var whole = JsonFields.Of(bytes, out _);

            var fields = JsonFields.Of(bytes[..(seed % bytes.Length)], out var complete);

            Assert.False(complete);
            // The last one may be a number that was cut.
            Assert.Equal(whole.Take(Math.Max(0, fields.Count - 1)), fields.Take(Math.Max(0, fields.Count - 1)));
        }).Check(Thorough);

    [Fact]
    public void Any_bytes_are_read_to_an_end() =>
        Prop.ForAll(Noise().ToArbitrary(), json => { JsonFields.Of(json, out _); }).Check(Thorough);

    private static Gen<string> Documents() =>
        from members in Members(3)
        from style in Gen.Elements(Styles)
        from before in White()
        from after in White()
        select before + Write(members, style) + after;

    private static Gen<object?> Values(int depth)
    {
        var scalars = Gen.OneOf(
            Texts().Select(text => (object?)text),
            ArbMap.Default.GeneratorFor<long>().Select(number => (object?)number),
            ArbMap.Default.GeneratorFor<NormalFloat>().Select(number => (object?)number.Get),
            Gen.Elements<object?>(true, false, null));
        return depth == 0
            ? scalars
            : Gen.OneOf(scalars, Members(depth - 1).Select(members => (object?)members), Values(depth - 1).ListOf().Resize(4).Select(items => (object?)items.ToList()));
    }

    private static Gen<List<KeyValuePair<string, object?>>> Members(int depth) =>
        (from name in Texts() from value in Values(depth) select new KeyValuePair<string, object?>(name, value)).ListOf().Resize(6).Select(members => members.ToList());

    private static Gen<string> Texts() =>
        Gen.OneOf(
            Gen.Elements("topic", "", "a", "\\", "\"", "]}", "{[", "é", "😀", "\\\\\"", "line\nbreak", new string('x', 40) + "\\\"", "http://x/y"),
            ArbMap.Default.GeneratorFor<UnicodeString>().Select(text => text?.Get ?? "").Where(text => !text.Any(char.IsSurrogate)));

    private static Gen<string> White() => Gen.Elements("", " ", "\r\n\t ");

    private static Gen<byte[]> Noise() =>
        Gen.Elements("{}[]\",:\\ \n\ttrue10-.e\u00ffx"u8.ToArray()).ArrayOf().Resize(120).Select(bytes => bytes.Length > 0 && bytes[0] % 2 == 0 ? [(byte)'{', (byte)'"', .. bytes] : bytes);

    // Duplicates are wanted, so dictionaries won't do.
    private static string Write(object? value, JsonSerializerOptions style) => value switch
    {
        List<KeyValuePair<string, object?>> members =>
            $"{{{Space(style)}{string.Join(",", members.Select(member => $"{Space(style)}{JsonSerializer.Serialize(member.Key, style)}{Space(style)}:{Space(style)}{Write(member.Value, style)}{Space(style)}"))}}}",
        IEnumerable<object?> items => $"[{string.Join("," + Space(style), items.Select(item => Write(item, style)))}]",
        _ => JsonSerializer.Serialize(value, style),
    };

    private static string Space(JsonSerializerOptions style) => style.WriteIndented ? "\n " : "";
}
