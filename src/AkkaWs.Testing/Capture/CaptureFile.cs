namespace AkkaWs.Testing;

/// <summary>
/// A recording of a venue's feed, in either of two formats. Text, as cryptofeed writes it: <c>URL &lt;-&gt; TIME</c> (connected), <c>URL &lt;- TIME: MESSAGE</c> (what the client sent) and <c>TIME: MESSAGE</c> (what the
/// server sent), TIME in Unix seconds. JSON lines, for a name that ends in <c>.jsonl</c>: one message per line, bare or as <c>{"dir":"in"|"out","url":…,"msg":…}</c>. Blank lines are skipped.
/// </summary>
public sealed class CaptureFile
{
    private CaptureFile(string name, IReadOnlyList<CaptureRecord> records)
    {
        Name = name;
        Records = records;
        ServerMessages = [.. records.OfType<CaptureServerMessage>()];
        ClientMessages = [.. records.OfType<CaptureClientMessage>()];
        Urls = [.. records.Select(record => record.Url).OfType<Uri>().Distinct()];
    }

    /// <summary>The file's name without its folder.</summary>
    public string Name { get; }

    /// <summary>Everything, in the order of the file.</summary>
    public IReadOnlyList<CaptureRecord> Records { get; }

    /// <summary>What the venue sent, in order.</summary>
    public IReadOnlyList<CaptureServerMessage> ServerMessages { get; }

    /// <summary>What the recorder sent, in order.</summary>
    public IReadOnlyList<CaptureClientMessage> ClientMessages { get; }

    /// <summary>The recorded connections, in the order of their first appearance.</summary>
    public IReadOnlyList<Uri> Urls { get; }

    /// <summary>Reads a recording into memory.</summary>
    /// <exception cref="CaptureFormatException">A line is of neither format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CaptureFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(Path.GetFileName(path), File.ReadAllBytes(path));
    }

    /// <summary>Parses a recording that is in memory; its messages are slices of it.</summary>
    /// <param name="name">Names the recording in errors and, by its ending, the format.</param>
    /// <param name="content">The bytes of the file.</param>
    /// <exception cref="CaptureFormatException">A line is of neither format.</exception>
    public static CaptureFile Parse(string name, ReadOnlyMemory<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var json = name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        var records = new List<CaptureRecord>();
        Uri? url = null;
        foreach (var (number, line) in Lines(content))
        {
            var record = json ? JsonLineFormat.Parse(name, number, line) : TextFormat.Parse(name, number, line, url);
            url = record.Url;
            records.Add(record);
        }

        return new CaptureFile(name, records);
    }

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> Lines(ReadOnlyMemory<byte> content)
    {
        for (var number = 1; !content.IsEmpty; number++)
        {
            var end = content.Span.IndexOf((byte)'\n');
            var line = end < 0 ? content : content[..end];
            content = end < 0 ? default : content[(end + 1)..];
            if (line.Span.EndsWith("\r"u8))
                line = line[..^1];
            if (!line.IsEmpty)
                yield return (number, line);
        }
    }
}
