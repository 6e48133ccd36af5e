namespace AkkaWs.Primitives;

/// <summary>Stands in for an exception whose words, or those of its causes, cannot be shown as they are: says which it is, and its words made fit.</summary>
internal sealed class ShownException(Exception original, ShownException? inner) : Exception($"{original.GetType()}: {OutsideText.Of(original)}", inner)
{
    /// <summary>Where the original was thrown.</summary>
    public override string? StackTrace { get; } = original.StackTrace;

    /// <summary>Words, causes and stack, as an exception of the original's type shows them.</summary>
    public override string ToString() =>
        Message
        + (InnerException is { } cause ? $"{Environment.NewLine} ---> {cause}{Environment.NewLine}   --- End of inner exception stack trace ---" : "")
        + (StackTrace is { } stack ? Environment.NewLine + stack : "");
}
