namespace AkkaWs.Testing;

/// <summary>A line of a recording that is neither of the known formats. The file has to be repaired or left out; nothing of it was used.</summary>
public sealed class CaptureFormatException : FormatException
{
    internal CaptureFormatException(string file, int line, string problem, Exception? innerException = null)
        : base($"{file}, line {line}: {problem}", innerException)
    {
        File = file;
        Line = line;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }
}
