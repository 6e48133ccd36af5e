using AkkaWs.Benchmarks.Against;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks;

/// <summary>Runs one command: reads the command line, measures the chosen rows and reports them.</summary>
internal static class Benchmark
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int Usage = 2;
    private const int Slower = 3;

    private static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string[] args)
    {
        await using var blaster = new BlasterProcess();
        var tables = Tables.All(blaster);
        try
        {
            var arguments = Arguments.Parse(args);
            return arguments.Words is [AgainstCommand.Name, ..]
                ? await CompareAsync(AgainstCommand.Parse(arguments, tables), arguments.JsonFile)
                : await RaceAsync(CommandLine.Select(arguments.Words, tables), arguments);
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine(CommandLine.Usage(tables));
            return Usage;
        }
        catch (Exception e) // The only place where a failed contender becomes an exit code.
        {
            Console.Error.WriteLine(e);
            return Failure;
        }
    }

    private static async Task<int> RaceAsync(IReadOnlyList<Row> rows, Arguments arguments)
    {
        var results = await Race.RunAsync(rows, arguments.Rounds, arguments.Duration ?? DefaultDuration);
        Report.Print(results, Console.Out);
        if (arguments.JsonFile is not null)
            await Report.WriteJsonAsync(results, arguments.JsonFile);
        return Success;
    }

    private static async Task<int> CompareAsync(AgainstCommand command, string? jsonFile)
    {
        var results = await Comparison.RunAsync(command);
        AgainstReport.Print(results, Console.Out);
        if (jsonFile is not null)
            await Report.WriteJsonAsync(results, jsonFile);
        return results.All(row => row.Verdict == Verdict.Within) ? Success : Slower;
    }
}
