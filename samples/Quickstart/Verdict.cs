using Spectre.Console;

namespace Quickstart;

/// <summary>What the run has to prove. It passed if every check holds.</summary>
internal sealed record Verdict(IReadOnlyList<Check> Checks)
{
    public bool Passed => Checks.Count > 0 && Checks.All(check => check.Holds);

    public int ExitCode => Passed ? 0 : 1;

    public Table ToTable()
    {
        var table = Screen.Table(("", Justify.Left), ("checked", Justify.Left), ("found", Justify.Left));
        foreach (var check in Checks)
        {
            table.AddRow(
                new Text(check.Holds ? "ok" : "FAILED", new Style(check.Holds ? Color.Green : Color.Red)),
                new Text(check.Subject),
                new Text(check.Finding));
        }

        return table;
    }
}

/// <summary>One thing that has to hold.</summary>
/// <param name="Holds">Whether it does.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Finding">What was found, in one line.</param>
internal sealed record Check(bool Holds, string Subject, string Finding);
