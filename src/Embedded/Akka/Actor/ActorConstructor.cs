using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>Calls the constructor that fits a set of arguments; found once and then invoked without binding.</summary>
internal sealed class ActorConstructor
{
    private readonly Type _type;
    private readonly ConstructorInvoker _invoker;

    public ActorConstructor(Type type, object[] arguments)
    {
        _type = type;
        var fitting = Array.FindAll(type.GetConstructors(BindingFlags.Public | BindingFlags.Instance), constructor => Fits(constructor.GetParameters(), arguments));
        if (fitting.Length == 1 && !type.IsAbstract && !type.ContainsGenericParameters)
            _invoker = ConstructorInvoker.Create(fitting[0]);
    }

    // Several that fit, or none: the framework's binder chooses the best one, or explains why there is none.
    public ActorBase Create(object[] arguments)
    {
        if (_invoker is null)
            return (ActorBase)Activator.CreateInstance(_type, arguments);
        try
        {
            return (ActorBase)_invoker.Invoke(arguments.AsSpan());
        }
        catch (Exception e)
        {
            throw new TargetInvocationException(e);
        }
    }

    private static bool Fits(ParameterInfo[] parameters, object[] arguments)
    {
        if (parameters.Length != arguments.Length)
            return false;
        for (var i = 0; i < parameters.Length; i++)
        {
            var type = parameters[i].ParameterType;
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
