using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AkkaWs.Tests.Architecture;

/// <summary>One fenced block of code in a page of ours.</summary>
/// <param name="Page">The page, relative to the root.</param>
/// <param name="Line">Where its code starts, from 1.</param>
/// <param name="Language">What stands behind the fence, such as <c>csharp</c>; empty if nothing does.</param>
/// <param name="Code">The code.</param>
/// <param name="IsFragment">Whether the page marks it as a fragment: statements without what they stand in.</param>
internal sealed record CodeBlock(string Page, int Line, string Language, string Code, bool IsFragment)
{
    public override string ToString() => $"{Page}:{Line}";
}

/// <summary>
/// Finds the fenced blocks of Markdown and compiles those of C# as they stand: a program of top-level statements, or declarations. A block behind the
/// line <c>&lt;!-- fragment --&gt;</c>, which readers do not see, is compiled as the body of an actor's method that has <c>system</c>, <c>client</c>,
/// <c>options</c>, <c>connection</c>, <c>payload</c> and <c>cancellationToken</c> at hand.
/// </summary>
internal static class DocumentedCode
{
    private const string FragmentMark = "<!-- fragment -->";

    // As a project with ImplicitUsings has them.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string FragmentHead = """
        using System.Text;
        using System.Text.Json;
        using Akka.Actor;
        using AkkaWs.Client;
        using AkkaWs.Errors;
        using AkkaWs.Messages;
        using AkkaWs.Options;
        using AkkaWs.Primitives;
        using AkkaWs.Protocol;

        sealed class Fragment : ReceiveActor
        {
            async Task Run(
                ActorSystem system, WebSocketClient client, WebSocketClientOptions options, IActorRef connection, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
            {
                await Task.CompletedTask;

        """;

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    public static IEnumerable<CodeBlock> BlocksOf(string page, string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        var isFragment = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var fence = lines[i].Trim();
            if (fence.Length == 0)
                continue;
            if (!fence.StartsWith("```", StringComparison.Ordinal))
            {
                isFragment = fence == FragmentMark;
                continue;
            }

            var start = i + 1;
            var code = new StringBuilder();
            for (i = start; i < lines.Length && lines[i].Trim() != "```"; i++)
                code.Append(lines[i]).Append('\n');
            yield return new CodeBlock(page, start + 1, fence[3..].Trim(), code.ToString(), isFragment);
            isFragment = false;
        }
    }

    /// <summary>What the compiler objects to, with the page's line numbers.</summary>
    public static IReadOnlyList<string> ErrorsOf(CodeBlock block) =>
    [
        .. from diagnostic in CompilationOf(block).GetDiagnostics()
           where diagnostic.Severity == DiagnosticSeverity.Error
           let position = diagnostic.Location.GetMappedLineSpan()
           select $"{block.Page}:{position.StartLinePosition.Line + 1}: {diagnostic.Id} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}",
    ];

    /// <summary>The block's types, loaded.</summary>
    public static Assembly Load(CodeBlock block)
    {
        using var image = new MemoryStream();
        var emitted = CompilationOf(block).Emit(image);
        return emitted.Success ? Assembly.Load(image.ToArray()) : throw new InvalidOperationException($"{block} does not compile: {emitted.Diagnostics[0]}");
    }

    private static CSharpCompilation CompilationOf(CodeBlock block)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var located = $"#line {block.Line} \"{block.Page}\"\n{block.Code}";
        var source = block.IsFragment ? $"{FragmentHead}{located}\n#line hidden\n    }}\n}}" : located;
        var tree = CSharpSyntaxTree.ParseText(source, options);
        var isProgram = tree.GetCompilationUnitRoot().Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement));
        return CSharpCompilation.Create(
            "Documented",
            [tree, CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            References.Value,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }
}
