using System.Globalization;
using System.Xml.Linq;

namespace AkkaWs.Benchmarks.Charting;

/// <summary>Draws horizontal bars as SVG. It has no background, and its colours are legible on a white page and on a dark one.</summary>
internal static class BarChart
{
    /// <summary>Of text and lines.</summary>
    public const string Ink = "#6e7681";

    /// <summary>Of the bars.</summary>
    public const string Fill = "#2f7ee0";

    private const int Width = 760;
    private const int Left = 290;
    private const int LongestBar = 400;
    private const int Top = 64;
    private const int Step = 32;
    private const int Thickness = 18;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <param name="title">What the bars show.</param>
    /// <param name="note">How it was measured: one line.</param>
    /// <param name="bars">The bars from top to bottom, at least one. Those of ratio 1 are drawn in <see cref="Ink"/>: they are what the others are compared with.</param>
    public static string Draw(string title, string note, IReadOnlyList<Bar> bars)
    {
        var unit = LongestBar / Math.Max(1, bars.Max(bar => bar.Ratio));
        var bottom = Top + (bars.Count * Step);
        return new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {bottom + 12}"),
            new XAttribute("width", Width),
            new XAttribute("role", "img"),
            new XAttribute("font-family", "-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"),
            new XAttribute("font-size", 13),
            new XAttribute("fill", Ink),
            new XElement(Svg + "title", title),
            new XElement(Svg + "desc", $"{note}. {string.Join("; ", bars.Select(bar => $"{bar.Label}: {Show(bar.Ratio)}"))}."),
            Text(0, 20, title, new XAttribute("font-size", 16), new XAttribute("font-weight", 600)),
            Text(0, 42, note),
            Baseline(Left + unit, bottom),
            bars.Select((bar, i) => Row(bar, Top + (i * Step), unit))).ToString();
    }

    private static IEnumerable<XElement> Row(Bar bar, int y, double unit)
    {
        var middle = y + (Thickness / 2) + 5;
        yield return Text(Left - 12, middle, bar.Label, new XAttribute("text-anchor", "end"));
        yield return new XElement(
            Svg + "rect",
            new XAttribute("x", Left),
            new XAttribute("y", y),
            new XAttribute("width", Round(bar.Ratio * unit)),
            new XAttribute("height", Thickness),
            new XAttribute("rx", 2),
            new XAttribute("fill", bar.Ratio == 1 ? Ink : Fill));
        yield return Text(Left + (bar.Ratio * unit) + 8, middle, Show(bar.Ratio), new XAttribute("font-weight", 600));
    }

    private static XElement Baseline(double x, int bottom) => new(
        Svg + "path",
        new XAttribute("d", $"M{Round(x)} {Top - 8}V{bottom}"),
        new XAttribute("stroke", Ink),
        new XAttribute("stroke-dasharray", "3 3"));

    private static XElement Text(double x, int y, string text, params XAttribute[] attributes) =>
        new(Svg + "text", new XAttribute("x", Round(x)), new XAttribute("y", y), attributes, text);

    private static string Show(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:F2} ×");

    private static string Round(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
