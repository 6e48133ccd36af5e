using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// PublicDocumentation ASSEMBLY XML REFERENCES OUTPUT     copies an assembly's XML documentation without the members that only the assembly itself can see.
// REFERENCES is a list of the assemblies that it was compiled with, one a line: an id leads to its member only where the types of the parameters are found.
var documentation = XDocument.Load(args[1], LoadOptions.PreserveWhitespace);
var assembly = CSharpCompilation.Create("documented", references: File.ReadLines(args[2]).Prepend(args[0]).Select(file => MetadataReference.CreateFromFile(file)));
var hidden = documentation.Descendants("member").Where(member => !IsVisible(DocumentationCommentId.GetFirstSymbolForDeclarationId(member.Attribute("name")!.Value, assembly)));
foreach (var member in hidden.ToList())
{
    if (member.PreviousNode is XText indent)
        indent.Remove();
    member.Remove();
}

Directory.CreateDirectory(Path.GetDirectoryName(args[3])!);
documentation.Save(args[3], SaveOptions.DisableFormatting);

static bool IsVisible(ISymbol? symbol) => symbol switch
{
    null => false,
    INamespaceSymbol => true,
    _ => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal && IsVisible(symbol.ContainingSymbol),
};
