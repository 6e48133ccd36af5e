using System.Collections.Immutable;
using System.Globalization;
using System.Reflection.Metadata;
using System.Text.RegularExpressions;

namespace AkkaWs.PackageTests;

/// <summary>Writes types as the ids of documentation comments do.</summary>
internal sealed partial class DocumentationTypes : ISignatureTypeProvider<string, object?>
{
    public static DocumentationTypes Instance { get; } = new();

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => $"System.{typeCode}";

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeDefinition(handle);
        var outer = type.GetDeclaringType();
        return Qualified(outer.IsNil ? reader.GetString(type.Namespace) : GetTypeFromDefinition(reader, outer, rawTypeKind), reader.GetString(type.Name));
    }

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        var outer = type.ResolutionScope.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)type.ResolutionScope : default;
        return Qualified(outer.IsNil ? reader.GetString(type.Namespace) : GetTypeFromReference(reader, outer, rawTypeKind), reader.GetString(type.Name));
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetGenericTypeParameter(object? genericContext, int index) => $"`{index}";

    public string GetGenericMethodParameter(object? genericContext, int index) => $"``{index}";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments)
    {
        var next = 0;
        return Arity().Replace(genericType, arity =>
        {
            var count = int.Parse(arity.ValueSpan[1..], CultureInfo.InvariantCulture);
            next += count;
            return $"{{{string.Join(',', typeArguments[(next - count)..next])}}}";
        });
    }

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{string.Join(',', Enumerable.Repeat("0:", shape.Rank))}]";

    public string GetByReferenceType(string elementType) => $"{elementType}@";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPinnedType(string elementType) => elementType;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => throw new NotSupportedException("No id of a documentation comment names a function pointer.");

    private static string Qualified(string owner, string name) => owner.Length == 0 ? name : $"{owner}.{name}";

    [GeneratedRegex(@"`\d+")]
    private static partial Regex Arity();
}
