using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Akka.Actor;

/// <summary>A constructor of an actor's type; found and prepared once for all actors of the type, and then called without binding.</summary>
internal sealed class ActorConstructor
{
    private static readonly ConditionalWeakTable<Type, ActorConstructor[]> Known = [];

    private readonly ParameterInfo[] _parameters;
    private readonly ConstructorInvoker _invoker;

    private ActorConstructor(ConstructorInfo constructor)
    {
        _parameters = constructor.GetParameters();
        _invoker = ConstructorInvoker.Create(constructor);
    }

    /// <summary>Makes an actor by the constructor that fits the arguments.</summary>
    public static ActorBase Create(Type type, object[] arguments)
    {
        // Several that fit, or none: the framework's binder chooses the best one, or explains why there is none.
        if (Array.FindAll(Known.GetValue(type, Of), constructor => constructor.Fits(arguments)) is not [var fitting])
            return (ActorBase)Activator.CreateInstance(type, arguments);
        try
        {
            return (ActorBase)fitting._invoker.Invoke(arguments.AsSpan());
        }
        catch (Exception e)
        {
            throw new TargetInvocationException(e);
        }
    }

    private static ActorConstructor[] Of(Type type) => type.IsAbstract || type.ContainsGenericParameters
        ? []
        : Array.ConvertAll(type.GetConstructors(BindingFlags.Public | BindingFlags.Instance), constructor => new ActorConstructor(constructor));

    private bool Fits(object[] arguments)
    {
        if (_parameters.Length != arguments.Length)
            return false;
        for (var i = 0; i < arguments.Length; i++)
        {
            var type = _parameters[i].ParameterType;
            if (arguments[i] is null ? type.IsValueType && Nullable.GetUnderlyingType(type) is null : !type.IsInstanceOfType(arguments[i]))
                return false;
        }

        return true;
    }
}

internal static class ExpressionValue
{
    /// <summary>The value of an argument of a <c>() => new T(…)</c> expression. Constants and captured variables are read directly: compiling costs a hundred times as much.</summary>
    public static object Of(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(member.Expression is null ? null : Of(member.Expression)),
        UnaryExpression { NodeType: ExpressionType.Convert, Method: null } conversion when !conversion.Type.IsValueType => Of(conversion.Operand),
        _ => Expression.Lambda<Func<object>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)(),
    };
}
