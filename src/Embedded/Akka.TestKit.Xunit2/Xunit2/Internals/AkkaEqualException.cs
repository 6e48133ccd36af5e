using System.Globalization;
using Xunit.Sdk;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Two values that had to be equal are not.</summary>
public class AkkaEqualException : XunitException
{
    public AkkaEqualException(string format = "", params object[] args) : base(XunitAssertions.Text(format, args))
    {
    }

    public static AkkaEqualException ForMismatchedValues(object expected, object actual, string format = null, params object[] args) => new(
        "{0}",
        string.Create(CultureInfo.InvariantCulture, $"Assert.Equal() Failure: {XunitAssertions.Text(format ?? "", args)}\nExpected: {expected ?? "(null)"}\nActual:   {actual ?? "(null)"}"));
}
