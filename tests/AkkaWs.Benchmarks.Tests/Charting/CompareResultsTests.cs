using AkkaWs.Benchmarks.Charting;

namespace AkkaWs.Benchmarks.Tests.Charting;

public sealed class CompareResultsTests
{
    [Fact]
    public void Every_row_of_the_baselines_unit_is_the_median_of_its_rounds_ratios_to_bare()
    {
        var results = CompareResults.Read("""
            {"rows":[
              {"name":"bare","median":2,"unit":"M/s","ratio":1,"rounds":[1,2,4]},
              {"name":"actors","median":6,"unit":"M/s","ratio":2,"rounds":[3,4,8]},
              {"name":"actors-10k-topics","median":3,"unit":"M/s","ratio":0.5,"rounds":[1,3,6]},
              {"name":"actors-alloc","median":77,"unit":"B","ratio":null,"rounds":[77,77,77]},
              {"name":"fan-out-100","median":null,"unit":"ns","ratio":null,"rounds":[],"skipped":"too busy"}
            ]}
            """u8);

        Assert.Equal([1, 2, 1.5], results.Bars.Select(bar => bar.Ratio));
        Assert.Equal("AkkaWs, an actor per topic", results.Bars[1].Label);
        Assert.Equal(3, results.Rounds);
    }

    [Theory]
    [InlineData("""{"rows":[]}""")]
    [InlineData("""{"rows":[{"name":"tell","median":1,"unit":"M/s","ratio":1,"rounds":[1]}]}""")]
    [InlineData("""{"rows":[{"name":"bare","median":null,"unit":"M/s","ratio":null,"rounds":[],"skipped":"no socket"}]}""")]
    public void Without_a_measured_baseline_the_error_names_the_command_that_measures_it(string json) =>
        Assert.Contains("'compare'", Assert.Throws<FormatException>(() => CompareResults.Read(System.Text.Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);
}
