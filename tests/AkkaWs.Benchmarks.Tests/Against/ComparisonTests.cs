using AkkaWs.Benchmarks.Against;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Tests.Against;

public sealed class ComparisonTests
{
    private static readonly ComparedRow Cpu = new("cpu", "actors", null);

    [Fact]
    public async Task A_run_that_fails_ends_its_rows_with_the_first_line_of_the_reason_and_leaves_the_others_theirs()
    {
        var comparison = new Comparison(Even, (command, rows) => command == "latency" ? throw new TimeoutException("/old did not end.\nAt all.") : Even(command, rows));

        var results = await comparison.RunAsync([new("compare", "actors", null), new("latency", "actors-p50", null), new("latency", "actors-p99", null), new("json", "fields-walk", null)]);

        Assert.Equal([Verdict.Within, Verdict.Undecided, Verdict.Undecided, Verdict.Within], results.Select(row => row.Verdict));
        Assert.Equal([null, "/old did not end.", "/old did not end.", null], results.Select(row => row.Failure));
        Assert.Equal([15, 0, 0, 15], results.Select(row => row.Pairs));
    }

    [Fact]
    public async Task A_row_that_fails_alone_leaves_the_rows_that_it_shares_a_process_with_theirs()
    {
        var comparison = new Comparison(Even, (command, rows) => rows.Contains("wire") ? throw new InvalidOperationException("/old ended with 1:\r\ngone") : Even(command, rows));

        var results = await comparison.RunAsync([new("compare", "actors", null), new("compare", "wire", null), new("compare", "bare", null)]);

        Assert.Equal([Verdict.Within, Verdict.Undecided, Verdict.Within], results.Select(row => row.Verdict));
        Assert.Equal([null, "/old ended with 1:", null], results.Select(row => row.Failure));
    }

    [Fact]
    public async Task A_run_that_fails_late_leaves_the_ratio_of_the_pairs_before_it_undecided()
    {
        var runs = 0;
        var comparison = new Comparison(Even, (command, rows) => ++runs > 10 ? throw new InvalidOperationException("gone") : Even(command, rows));

        var row = Assert.Single(await comparison.RunAsync([new("compare", "actors", Cpu)]));

        Assert.Equal((10, Verdict.Undecided, "gone"), (row.Pairs, row.Verdict, row.Failure));
        Assert.Equal(new MedianInterval(1, 1, 1), row.Ratio);
    }

    [Fact]
    public async Task A_row_that_one_build_does_not_know_ends_with_the_reason()
    {
        var comparison = new Comparison(Even, async (command, rows) => await Even(command, rows.Except(["new"])));

        var results = await comparison.RunAsync([new("compare", "new", null), new("compare", "actors", null)]);

        Assert.Equal([Verdict.Undecided, Verdict.Within], results.Select(row => row.Verdict));
        Assert.Equal(["the other build has no figure", null], results.Select(row => row.Failure));
    }

    [Fact]
    public async Task A_run_for_the_processor_time_that_fails_leaves_the_row_undecided()
    {
        var runs = 0;
        var comparison = new Comparison(
            (command, rows) => command == "cpu" ? throw new InvalidOperationException("/own ended with 1: gone") : Even(command, rows),
            (_, rows) => Measured(rows, runs++ % 2 == 0 ? 0.5 : 2));

        var row = Assert.Single(await comparison.RunAsync([new("compare", "actors", Cpu)]));

        Assert.Equal(Verdict.Undecided, row.Verdict);
        Assert.Equal("/own ended with 1: gone", row.Failure);
        Assert.NotNull(row.Ratio);
    }

    private static Task<IReadOnlyDictionary<string, RowResult>> Even(string command, IEnumerable<string> rows) => Measured(rows, 1);

    private static Task<IReadOnlyDictionary<string, RowResult>> Measured(IEnumerable<string> rows, double median) =>
        Task.FromResult<IReadOnlyDictionary<string, RowResult>>(rows.ToDictionary(row => row, row => new RowResult(row, median, "M/s", null, [median], null)));
}
