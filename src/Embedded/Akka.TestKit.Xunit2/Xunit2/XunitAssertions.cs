using System.Globalization;
using Akka.TestKit.Xunit2.Internals;
using Xunit;

namespace Akka.TestKit.Xunit2;

/// <summary>Fails tests as xunit does.</summary>
public class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object[] args) => Assert.Fail(Text(format, args));

    public void AssertTrue(bool condition, string format = "", params object[] args)
    {
        if (!condition)
            Assert.True(condition, Text(format, args));
    }

    public void AssertFalse(bool condition, string format = "", params object[] args)
    {
        if (condition)
            Assert.False(condition, Text(format, args));
    }

    public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args)
    {
        if (!new AkkaAssertEqualityComparer<T>().Equals(expected, actual))
            throw AkkaEqualException.ForMismatchedValues(expected, actual, format, args);
    }

    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args)
    {
        if (!comparer(expected, actual))
            throw AkkaEqualException.ForMismatchedValues(expected, actual, format, args);
    }

    internal static string Text(string format, object[] args) => args is { Length: > 0 } ? string.Format(CultureInfo.InvariantCulture, format, args) : format;
}
