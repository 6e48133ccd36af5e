using System.Reflection;

namespace AkkaWs.Tests.Architecture;

/// <summary>The tests that our pages show as examples: they do not only compile.</summary>
public sealed class DocumentedTestsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Shown => [.. Blocks.Select(block => block.ToString())];

    private static IEnumerable<CodeBlock> Blocks =>
        DocumentedPage.All.SelectMany(page => page.Blocks).Where(block => block.Language == "csharp" && block.Code.Contains("[Fact]", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Shown))]
    public async Task A_test_that_a_page_shows_passes(string block)
    {
        var tests = from type in DocumentedCode.Load(Blocks.Single(shown => shown.ToString() == block)).GetExportedTypes()
                    from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                    where method.GetCustomAttribute<FactAttribute>() is not null
                    select (Type: type, Method: method);

        Assert.NotEmpty(tests);
        foreach (var (type, method) in tests)
            await RunAsync(Activator.CreateInstance(type)!, method);
    }

    private static async Task RunAsync(object instance, MethodInfo method)
    {
        try
        {
            if (method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, [], null) is Task running)
                await running.WaitAsync(Deadline);
        }
        finally
        {
            (instance as IDisposable)?.Dispose();
        }
    }
}
