using System.Collections.Concurrent;
using Akka.Event;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace AkkaWs.Engine.Tests;

public sealed class TestKitOutputTests
{
    private sealed class Lines : ITestOutputHelper
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public void WriteLine(string message) => _lines.Enqueue(message);

        public void WriteLine(string format, params object[] args) => _lines.Enqueue(string.Format(null, format, args));
    }

    private sealed class Kit(ITestOutputHelper output) : TestKit("akka.stdout-loglevel = OFF\nakka.test.single-expect-default = 20s", output)
    {
        public ITestOutputHelper Target => Output;
    }

    [Fact]
    public void What_the_system_logs_is_written_to_the_output_of_the_test()
    {
        var lines = new Lines();
        using var kit = new Kit(lines);
        Assert.Same(lines, kit.Target);
        // Later versions begin to listen a moment after the kit is made.
        kit.AwaitAssert(() =>
        {
            kit.Log.Info("spoken {0}", "word");
            Assert.Contains("spoken word", lines.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_kit_may_be_disposed_of_twice()
    {
        var kit = new Kit(new Lines());
        kit.Dispose();
        kit.Dispose();
        Assert.True(kit.Sys.WhenTerminated.IsCompletedSuccessfully);
    }
}
