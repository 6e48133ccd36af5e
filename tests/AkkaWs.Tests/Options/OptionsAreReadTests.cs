using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using AkkaWs.Options;

namespace AkkaWs.Tests.Options;

/// <summary>An option that nobody reads is a lie: each is read by the code that the options are for.</summary>
public sealed class OptionsAreReadTests
{
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6F;

    // A rule for the URL, which the validator reads for its own sake.
    private const string RuleAlone = "allow-insecure";

    public static TheoryData<string> Keys => [.. Properties.Keys.Where(key => key != RuleAlone)];

    private static Dictionary<string, PropertyInfo> Properties { get; } = OptionCatalog.All.Select(option => (option.Key, option.Property))
        .Concat(typeof(ClassReconnectOptions).GetProperties().Where(property => property.CanWrite).Select(property => ($"reconnect.classes.{OptionCatalog.KeyOf(property.Name)}", Property: property)))
        .ToDictionary(option => option.Item1, option => option.Property);

    private static readonly Lazy<HashSet<int>> CalledOutside = new(() => FindCalls(typeof(WebSocketClientOptions).Assembly.Location));

    [Theory]
    [MemberData(nameof(Keys))]
    public void An_option_is_read_outside_of_the_options_themselves(string key) => Assert.Contains(Properties[key].GetMethod!.MetadataToken, CalledOutside.Value);

    [Fact]
    public void An_option_that_only_the_options_themselves_read_is_found_out() =>
        Assert.DoesNotContain(Properties[RuleAlone].GetMethod!.MetadataToken, CalledOutside.Value);

    // Every method of the assembly that is called by code which is not in the folder of the options.
    private static HashSet<int> FindCalls(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var calls = new HashSet<int>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0 || NamespaceOf(metadata, method.GetDeclaringType()) == typeof(WebSocketClientOptions).Namespace)
                continue;
            var code = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? [];
            for (var i = 0; i + 5 <= code.Length; i++)
            {
                if (code[i] is Call or CallVirtual)
                    calls.Add(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i + 1)));
            }
        }

        return calls;
    }

    private static string NamespaceOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? NamespaceOf(metadata, outer) : metadata.GetString(type.Namespace);
    }
}
