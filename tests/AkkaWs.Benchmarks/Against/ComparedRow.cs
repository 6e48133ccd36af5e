namespace AkkaWs.Benchmarks.Against;

/// <summary>A row of a command that two builds are compared by.</summary>
/// <param name="Command">The command that measures it.</param>
/// <param name="Row">Its name within the command.</param>
/// <param name="Cpu">The row that decides where this one's interval stays too wide; null where there is none.</param>
internal sealed record ComparedRow(string Command, string Row, ComparedRow? Cpu)
{
    public override string ToString() => $"{Command}:{Row}";
}
