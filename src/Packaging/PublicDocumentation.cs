using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// PublicDocumentation ASSEMBLY XML OUTPUT     copies an assembly's XML documentation without the members that only the assembly itself can see
var documentation = XDocument.Load(args[1], LoadOptions.PreserveWhitespace);
var assembly = CSharpCompilation.Create("documented", references: [MetadataReference.CreateFromFile(args[0])]);
var hidden = documentation.Descendants("member").Where(member => !IsVisible(DocumentationCommentId.GetFirstSymbolForDeclarationId(member.Attribute("name")!.Value, assembly)));
foreach (var member in hidden.ToList())
{
    if (member.PreviousNode is XText indent)
        indent.Remove();
    member.Remove();
}

Directory.CreateDirectory(Path.GetDirectoryName(args[2])!);
documentation.Save(args[2], SaveOptions.DisableFormatting);

static bool IsVisible(ISymbol? symbol) => symbol switch
{
    null => false,
    INamespaceSymbol => true,
    _ => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal && IsVisible(symbol.ContainingSymbol),
};
