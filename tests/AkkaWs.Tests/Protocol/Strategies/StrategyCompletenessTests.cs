using System.Reflection;
using System.Reflection.Emit;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Protocol.Strategies;

namespace AkkaWs.Tests.Protocol.Strategies;

/// <summary>What a handler may say, its parts may say: no member of <see cref="ProtocolHandler"/> is out of their reach.</summary>
public sealed class StrategyCompletenessTests
{
    private static readonly Type[] Parts = [typeof(IConnectionStrategy), typeof(ISubscriptionStrategy), typeof(IMessageParser)];

    public static TheoryData<string> Members => [.. Overridable().Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Members))]
    public void Each_member_of_a_handler_is_asked_of_the_part_that_has_it(string name)
    {
        var member = Overridable().Single(method => method.Name == name);
        var handler = new StrategySet(new Nothing(), new Nothing(), new Nothing()).Handler.GetType();
        var types = member.GetParameters().Select(parameter => parameter.ParameterType).ToArray();

        var part = Assert.Single(Parts.Select(type => type.GetMethod(name, types)).OfType<MethodInfo>());
        Assert.Equal(member.ReturnType, part.ReturnType);
        var ours = handler.GetMethod(name, types)!;
        Assert.True(ours.DeclaringType == handler, $"{handler.Name} does not override {name}");
        Assert.Contains(part, Called(ours));
    }

    private static IEnumerable<MethodInfo> Overridable() =>
        typeof(ProtocolHandler).GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => method.IsVirtual);

    // Which methods of the parts the code of a method calls; a token is looked for at each callvirt.
    private static IEnumerable<MethodBase> Called(MethodInfo method)
    {
        var code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (var at = 0; at + 5 <= code.Length; at++)
        {
            if (code[at] == OpCodes.Callvirt.Value)
                yield return method.Module.ResolveMethod(BitConverter.ToInt32(code, at + 1))!;
        }
    }

    private sealed class Nothing : IConnectionStrategy, ISubscriptionStrategy, IMessageParser
    {
        public Classification Classify(ReadOnlySpan<byte> message) => Classification.Unknown;

        public OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("subscribe");

        public OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("unsubscribe");
    }
}
