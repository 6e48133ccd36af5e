using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks;

/// <summary>Runs one command: reads the command line, races the chosen rows and reports them.</summary>
internal static class Benchmark
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int Usage = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        await using var blaster = new BlasterProcess();
        var tables = Tables.All(blaster);
        if (!CommandLine.TryParse(args, tables, out var command, out var error))
        {
            Console.Error.WriteLine(error);
            Console.Error.WriteLine(CommandLine.Usage(tables));
            return Usage;
        }

        try
        {
            var results = await Race.RunAsync(command.Rows, command.Rounds, command.Duration);
            Report.Print(results, Console.Out);
            if (command.JsonFile is not null)
                await Report.WriteJsonAsync(results, command.JsonFile);
            return Success;
        }
        catch (Exception e) // The only place where a failed contender becomes an exit code.
        {
            Console.Error.WriteLine(e);
            return Failure;
        }
    }
}
