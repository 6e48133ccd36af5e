using System.Reflection;
using System.Reflection.Metadata;

namespace AkkaWs.PackageTests;

/// <summary>Names of what other assemblies can see of one, in the manner of documentation comments but without parameters.</summary>
internal sealed record VisibleMembers(IReadOnlySet<string> Types, IReadOnlySet<string> Members)
{
    public static VisibleMembers Of(MetadataReader reader)
    {
        var types = reader.TypeDefinitions.Select(reader.GetTypeDefinition).Where(type => IsVisible(reader, type)).ToList();
        var names = types.Select(type => NameOf(reader, type)).ToHashSet();
        return new VisibleMembers(names, types.SelectMany(type => MembersOf(reader, type)).Concat(names).ToHashSet());
    }

    /// <summary>The name in a documentation comment's id: without its kind, parameters and count of type parameters of a method.</summary>
    public static string NameOf(string id)
    {
        var name = id[2..].Split('(', 2)[0];
        return name.Split("``", 2)[0];
    }

    private static List<string> MembersOf(MetadataReader reader, TypeDefinition type)
    {
        var methods = type.GetMethods().Select(reader.GetMethodDefinition).Where(method => IsVisible(method.Attributes)).Select(method => reader.GetString(method.Name)).ToHashSet();
        var fields = type.GetFields().Select(reader.GetFieldDefinition).Where(field => IsVisible((MethodAttributes)field.Attributes)).Select(field => reader.GetString(field.Name));
        var properties = type.GetProperties().Select(property => reader.GetString(reader.GetPropertyDefinition(property).Name))
            .Where(name => methods.Contains($"get_{name}") || methods.Contains($"set_{name}"));
        var events = type.GetEvents().Select(@event => reader.GetString(reader.GetEventDefinition(@event).Name)).Where(name => methods.Contains($"add_{name}"));
        var owner = NameOf(reader, type);
        return [.. methods.Select(name => name.Replace('.', '#')).Concat(fields).Concat(properties).Concat(events).Select(name => $"{owner}.{name}")];
    }

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsVisible(MetadataReader reader, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(reader, reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private static string NameOf(MetadataReader reader, TypeDefinition type)
    {
        var name = reader.GetString(type.Name);
        if (!type.GetDeclaringType().IsNil)
            return $"{NameOf(reader, reader.GetTypeDefinition(type.GetDeclaringType()))}.{name}";
        return type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
    }
}
