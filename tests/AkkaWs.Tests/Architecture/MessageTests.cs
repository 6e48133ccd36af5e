using System.Reflection;
using System.Runtime.CompilerServices;
using AkkaWs.Messages;
using AkkaWs.Options;

namespace AkkaWs.Tests.Architecture;

/// <summary>What crosses nodes one day: public messages, what they carry, and options.</summary>
public sealed class MessageTests
{
    private static readonly Type[] Banned =
    [
        typeof(Delegate), typeof(Task), typeof(ValueTask), typeof(CancellationToken), typeof(CancellationTokenSource), typeof(Stream), typeof(Type),
        typeof(System.Linq.Expressions.Expression), typeof(IDisposable), typeof(IAsyncDisposable),
    ];

    public static TheoryData<Type> Messages => [.. MessageTypes];

    public static TheoryData<Type> Records => [.. MessageTypes, .. Closure(typeof(WebSocketClientOptions)).Where(type => type.Assembly == typeof(WebSocketClientOptions).Assembly && !type.IsEnum)];

    private static IEnumerable<Type> MessageTypes =>
        typeof(Subscribe).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(Subscribe).Namespace && !type.IsEnum && !IsStatic(type));

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_a_sealed_or_abstract_record(Type type)
    {
        Assert.True(IsRecord(type), $"{type.Name} is no record");
        Assert.True(type.IsSealed || type.IsAbstract, $"{type.Name} is open");
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_is_immutable(Type type)
    {
        Assert.Empty(type.GetFields(BindingFlags.Instance | BindingFlags.Public).Select(field => $"{type.Name}.{field.Name} is a field"));
        Assert.Empty(type.GetProperties().Where(IsMutable).Select(property => $"{type.Name}.{property.Name} can be set"));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_carries_nothing_that_cannot_leave_the_process(Type type) =>
        Assert.Empty(Closure(type).Where(carried => Banned.Any(banned => banned.IsAssignableFrom(carried))).Select(carried => $"{type.Name} carries {carried.Name}"));

    private static bool IsStatic(Type type) => type is { IsAbstract: true, IsSealed: true };

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$") is not null || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null);

    private static bool IsMutable(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true } setter && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    /// <summary>The types of ours that a type's properties lead to, itself included, and the foreign ones at their border.</summary>
    private static HashSet<Type> Closure(Type type)
    {
        var found = new HashSet<Type>();
        var pending = new Stack<Type>([type]);
        while (pending.TryPop(out var next))
        {
            if (!found.Add(next))
                continue;
            foreach (var argument in next.GetGenericArguments())
                pending.Push(argument);
            if (next.Assembly != type.Assembly || next.IsEnum)
                continue;
            foreach (var property in next.GetProperties(BindingFlags.Instance | BindingFlags.Public))
                pending.Push(property.PropertyType);
        }

        return found;
    }
}
