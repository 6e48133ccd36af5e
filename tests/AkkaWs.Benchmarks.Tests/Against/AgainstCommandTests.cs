using AkkaWs.Benchmarks.Against;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Tests.Against;

public sealed class AgainstCommandTests
{
    private static readonly IReadOnlyList<Table> All = Tables.All(new BlasterProcess());

    [Fact]
    public void A_command_and_a_row_name_one_row_and_a_command_all_of_its_rows() =>
        Assert.Equal(
            ["telemetry:cpu-on", "latency:bare-p50", "latency:bare-p99", "latency:actors-p50", "latency:actors-p99", "latency:added-p50", "latency:added-p99"],
            Names("telemetry:cpu-on", "latency"));

    [Fact]
    public void A_row_that_is_named_twice_is_measured_once() => Assert.Equal(["json:fields-walk"], Names("json:fields-walk", "json:fields-walk"));

    [Fact]
    public void Without_a_word_the_rows_are_the_default_ones()
    {
        Assert.Contains("compare:actors", Names());
        Assert.Contains("memory:idle-ready-10-topics", Names());
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("compare:nothing")]
    [InlineData("actors")]
    public void What_does_not_exist_is_named(string word) =>
        Assert.Contains(word.Split(':')[^1], Assert.Throws<UsageException>(() => Names(word)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("compare:actors", "cpu:actors")]
    [InlineData("wire:wire", "cpu:wire")]
    [InlineData("compare:fan-out-100", null)]
    [InlineData("cpu:actors", null)]
    [InlineData("latency:actors-p50", null)]
    public void Processor_time_decides_where_a_row_of_that_name_shows_it(string row, string? cpu) =>
        Assert.Equal(cpu, Assert.Single(AgainstCommand.Select([row], All)).Cpu?.ToString());

    [Fact]
    public void A_folder_without_a_build_is_named() =>
        Assert.Contains("no-such-folder", Assert.Throws<UsageException>(() => Build.In("no-such-folder")).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_folder_the_command_says_what_it_needs() =>
        Assert.Throws<UsageException>(() => AgainstCommand.Parse(Arguments.Parse(["against"]), All));

    private static IEnumerable<string> Names(params string[] words) => AgainstCommand.Select(words, All).Select(row => row.ToString());
}
