using Spectre.Console;

namespace Quickstart;

/// <summary>What the quickstart prints to: colour and a table in place on a terminal, plain text anywhere else.</summary>
internal static class Screen
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static IAnsiConsole Create() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false }, // would colour the logs of some build servers
        Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        Interactive = Console.IsOutputRedirected ? InteractionSupport.No : InteractionSupport.Detect,
    });

    /// <summary>Takes what nobody is to see.</summary>
    public static IAnsiConsole Silent() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });

    public static void Heading(this IAnsiConsole screen, string text)
    {
        screen.WriteLine();
        screen.WriteLine(text, new Style(decoration: Decoration.Bold));
    }

    /// <summary>A table without lines at its sides; only its last column may wrap.</summary>
    public static Table Table(params (string Title, Justify Alignment)[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (index, (title, alignment)) in columns.Index())
        {
            table.AddColumn(new TableColumn(new Text(title, new Style(Color.Grey)))
            {
                Alignment = alignment,
                NoWrap = index < columns.Length - 1,
                Padding = new Padding(0, 0, index == columns.Length - 1 ? 0 : 1, 0),
            });
        }

        return table;
    }

    /// <summary>A topic's name that does not break its table.</summary>
    public static string Shorten(string topic) => topic.Length <= 21 ? topic : $"{topic[..20]}…";

    /// <summary>Shows the topics for some seconds: once a second in place on a terminal, else once at the end.</summary>
    public static async Task WatchAsync(this IAnsiConsole screen, IReadOnlyList<TopicMeter> meters, int seconds, CancellationToken cancellationToken)
    {
        var table = new LiveTable(meters);
        if (!screen.Profile.Capabilities.Ansi)
        {
            await Task.Delay(seconds * Second, cancellationToken);
            screen.Write(table.Draw());
            return;
        }

        await screen.Live(new Text("")).StartAsync(async live =>
        {
            for (var second = 0; second < seconds; second++)
            {
                await Task.Delay(Second, cancellationToken);
                live.UpdateTarget(table.Draw());
            }
        });
    }
}
