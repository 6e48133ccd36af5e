using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace AkkaWs.Tests.Architecture;

/// <summary>Writes down what an assembly offers: a line per member, in an order that does not depend on the sources'.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Declaration(type)).Append('\n');
            foreach (var line in Members(type).Distinct().Order(StringComparer.Ordinal))
                text.Append("  ").Append(line).Append('\n');
            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Declaration(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct"),
            _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => (type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (type.GetMethod("<Clone>$") is null ? "class" : "record"),
        };
        var bases = new[] { type.BaseType }
            .Where(parent => parent is not null && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && parent != typeof(MulticastDelegate))
            .Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(contract => contract.IsVisible && !type.IsEnum).OrderBy(contract => contract.ToString(), StringComparer.Ordinal))
            .Select(parent => Name(parent!));
        var list = string.Join(", ", bases);
        return $"{kind} {type.Namespace}.{Name(type)}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => $"{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}");
        return type.GetConstructors(Declared).Where(IsOffered).Select(made => $"{Access(made)}{Name(type)}({Parameters(made)})")
            .Concat(type.GetMethods(Declared).Where(method => IsOffered(method) && !IsPlumbing(method)).Select(Line))
            .Concat(type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(IsOffered)).Select(Line))
            .Concat(type.GetEvents(Declared).Where(raised => IsOffered(raised.AddMethod!)).Select(raised => $"event {Name(raised.EventHandlerType!)} {raised.Name}"))
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(field =>
                $"{(field.IsLiteral ? "const " : field.IsStatic ? "static readonly " : "")}{Name(field.FieldType)} {field.Name}{(field.IsLiteral ? " = " + field.GetRawConstantValue() : "")}"));
    }

    private static bool IsOffered(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Accessors are shown with their property; what the compiler writes for records changes with it.
    private static bool IsPlumbing(MethodInfo method) =>
        (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) || method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.Name.Contains('<', StringComparison.Ordinal);

    private static string Line(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{Access(method)}{Modifier(method)}{Name(method.ReturnType)}{Mark(Nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Line(PropertyInfo property)
    {
        var accessors = new[] { (Method: property.GetMethod, Word: "get"), (Method: property.SetMethod, Word: IsInit(property) ? "init" : "set") }
            .Where(accessor => accessor.Method is not null && IsOffered(accessor.Method))
            .ToArray();
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var words = string.Concat(accessors.Select(accessor => accessor.Word + "; "));
        return $"{Access(accessors[0].Method!)}{required}{Modifier(accessors[0].Method!)}{Name(property.PropertyType)}{Mark(Nullability.Create(property))} {property.Name} {{ {words}}}";
    }

    private static bool IsInit(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifier(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        _ when method.DeclaringType!.IsInterface => "",
        { IsAbstract: true } => "abstract ",
        _ when method.GetBaseDefinition() != method => method.IsFinal ? "sealed override " : "override ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var passing = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        var fallback = parameter.HasDefaultValue ? " = " + (parameter.DefaultValue switch { null => "default", string text => $"\"{text}\"", var value => value }) : "";
        return $"{passing}{Name(type)}{Mark(Nullability.Create(parameter))} {parameter.Name}{fallback}";
    }

    private static string Mark(NullabilityInfo info) =>
        !info.Type.IsValueType && (info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable) ? "?" : "";

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!);
        var name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
