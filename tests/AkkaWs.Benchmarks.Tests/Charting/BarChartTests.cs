using System.Globalization;
using System.Xml.Linq;
using AkkaWs.Benchmarks.Charting;

namespace AkkaWs.Benchmarks.Tests.Charting;

public sealed class BarChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Bars_are_as_long_as_their_ratios_and_stay_within_the_picture()
    {
        var chart = XElement.Parse(BarChart.Draw("Rates", "measured", [new Bar("bare", 1), new Bar("actors", 2), new Bar("wire", 4)]));

        var lengths = chart.Elements(Svg + "rect").Select(bar => Number(bar, "width")).ToList();
        Assert.Equal([lengths[0], lengths[0] * 2, lengths[0] * 4], lengths);
        Assert.All(chart.Elements(Svg + "text"), text => Assert.InRange(Number(text, "x"), 0, Number(chart, "width") - 40));
    }

    [Fact]
    public void Each_bar_shows_its_label_and_ratio_and_so_does_the_description_for_screen_readers()
    {
        var chart = XElement.Parse(BarChart.Draw("Rates", "measured", [new Bar("bare", 1), new Bar("a < b & c", 2.12)]));

        var texts = chart.Elements(Svg + "text").Select(text => text.Value).ToList();
        Assert.Contains("a < b & c", texts);
        Assert.Contains("2.12 ×", texts);
        Assert.Equal("measured. bare: 1.00 ×; a < b & c: 2.12 ×.", chart.Element(Svg + "desc")?.Value);
    }

    [Theory]
    [InlineData(BarChart.Ink)]
    [InlineData(BarChart.Fill)]
    public void Its_colours_are_legible_on_a_white_page_and_on_a_dark_one(string colour)
    {
        Assert.InRange(Contrast(colour, "#ffffff"), 4, 21);
        Assert.InRange(Contrast(colour, "#0d1117"), 4, 21);
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    // WCAG 2.2, contrast ratio.
    private static double Contrast(string one, string other)
    {
        var (light, dark) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double Luminance(string colour)
    {
        double[] weights = [0.2126, 0.7152, 0.0722];
        return weights.Select((weight, i) => weight * Linear(Convert.FromHexString(colour[1..])[i] / 255.0)).Sum();
    }

    private static double Linear(double channel) => channel <= 0.04045 ? channel / 12.92 : Math.Pow((channel + 0.055) / 1.055, 2.4);
}
