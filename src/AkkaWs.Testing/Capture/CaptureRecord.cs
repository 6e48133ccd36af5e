using System.Text;

namespace AkkaWs.Testing;

/// <summary>One line of a recording.</summary>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Url">The connection it belongs to: the one named in the line, else the one named last; null if none was named yet.</param>
/// <param name="Time">When it was recorded; null in formats without times.</param>
public abstract record CaptureRecord(int Line, Uri? Url, DateTimeOffset? Time);

/// <summary>The recorder connected.</summary>
/// <inheritdoc cref="CaptureRecord" path="/param"/>
public sealed record CaptureConnected(int Line, Uri? Url, DateTimeOffset? Time) : CaptureRecord(Line, Url, Time);

/// <summary>A message, of whichever side.</summary>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Url">The connection it belongs to.</param>
/// <param name="Time">When it was recorded.</param>
/// <param name="Utf8">Exactly the recorded bytes.</param>
public abstract record CaptureMessage(int Line, Uri? Url, DateTimeOffset? Time, ReadOnlyMemory<byte> Utf8) : CaptureRecord(Line, Url, Time)
{
    /// <summary>The message as a string.</summary>
    public string Text => Encoding.UTF8.GetString(Utf8.Span);
}

/// <summary>What the recorder sent.</summary>
/// <inheritdoc cref="CaptureMessage" path="/param"/>
public sealed record CaptureClientMessage(int Line, Uri? Url, DateTimeOffset? Time, ReadOnlyMemory<byte> Utf8) : CaptureMessage(Line, Url, Time, Utf8);

/// <summary>What the venue sent.</summary>
/// <inheritdoc cref="CaptureMessage" path="/param"/>
public sealed record CaptureServerMessage(int Line, Uri? Url, DateTimeOffset? Time, ReadOnlyMemory<byte> Utf8) : CaptureMessage(Line, Url, Time, Utf8);
