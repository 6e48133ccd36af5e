using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;

namespace AkkaWs.PackageTests;

/// <summary>What other assemblies can see of one, as the ids of documentation comments. Read from the metadata alone, unlike by the tool that writes the packages' documentation.</summary>
internal sealed record VisibleMembers(IReadOnlySet<string> Types, IReadOnlySet<string> Members)
{
    public static VisibleMembers Of(MetadataReader reader)
    {
        var types = reader.TypeDefinitions.Where(type => IsVisible(reader, reader.GetTypeDefinition(type))).ToDictionary(type => type, type => DocumentationTypes.Instance.GetTypeFromDefinition(reader, type, 0));
        var names = types.Values.Select(name => $"T:{name}").ToHashSet();
        return new VisibleMembers(names, types.SelectMany(type => MembersOf(reader, reader.GetTypeDefinition(type.Key), type.Value)).Concat(names).ToHashSet());
    }

    private static IEnumerable<string> MembersOf(MetadataReader reader, TypeDefinition type, string owner)
    {
        var visible = type.GetMethods().Where(method => IsVisible(reader.GetMethodDefinition(method).Attributes)).ToHashSet();
        var methods = visible.Select(reader.GetMethodDefinition).Select(method => $"M:{owner}.{IdOf(reader, method)}");
        var fields = type.GetFields().Select(reader.GetFieldDefinition).Where(field => IsVisible((MethodAttributes)field.Attributes)).Select(field => $"F:{owner}.{reader.GetString(field.Name)}");
        var properties = type.GetProperties().Select(reader.GetPropertyDefinition)
            .Where(property => visible.Contains(property.GetAccessors().Getter) || visible.Contains(property.GetAccessors().Setter))
            .Select(property => $"P:{owner}.{reader.GetString(property.Name)}{Parameters(property.DecodeSignature(DocumentationTypes.Instance, null).ParameterTypes)}");
        var events = type.GetEvents().Select(reader.GetEventDefinition).Where(@event => visible.Contains(@event.GetAccessors().Adder)).Select(@event => $"E:{owner}.{reader.GetString(@event.Name)}");
        return [.. methods, .. fields, .. properties, .. events];
    }

    private static string IdOf(MetadataReader reader, MethodDefinition method)
    {
        var name = reader.GetString(method.Name);
        var signature = method.DecodeSignature(DocumentationTypes.Instance, null);
        var arity = signature.GenericParameterCount == 0 ? "" : $"``{signature.GenericParameterCount}";
        var converted = name is "op_Implicit" or "op_Explicit" or "op_CheckedExplicit" ? $"~{signature.ReturnType}" : "";
        return $"{name.Replace('.', '#')}{arity}{Parameters(signature.ParameterTypes)}{converted}";
    }

    private static string Parameters(ImmutableArray<string> types) => types.IsEmpty ? "" : $"({string.Join(',', types)})";

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsVisible(MetadataReader reader, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(reader, reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };
}
