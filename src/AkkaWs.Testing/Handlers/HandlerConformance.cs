using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Testing;

/// <summary>
/// What every protocol handler must hold, whatever its venue: derive, give the handler and samples of its messages, and run each check as a test of your
/// framework.
/// </summary>
/// <example><code>
/// public sealed class MyVenueConformance : HandlerConformance
/// {
///     public static TheoryData&lt;string&gt; All => [.. Checks];
///
///     protected override ProtocolHandler CreateHandler() => new MyVenue();
///
///     protected override IReadOnlyList&lt;HandlerSample&gt; Samples => [new("""{"topic":"trades","data":[]}""", MessageKind.Update, "trades")];
///
///     [Theory]
///     [MemberData(nameof(All))]
///     public Task Holds(string check) => RunAsync(check);
/// }
/// </code></example>
public abstract partial class HandlerConformance
{
    private static readonly IReadOnlyDictionary<string, Func<HandlerConformance, Task>> All = new Dictionary<string, Func<HandlerConformance, Task>>
    {
        ["Each sample is what it is"] = c => c.SamplesAsync(),
        ["Noise never throws on the read loop and stays within its bounds"] = c => Done(c.Noise),
        ["Damaged samples never throw on the read loop and stay within their bounds"] = c => Done(c.DamagedSamples),
        ["Classify is pure"] = c => Done(c.Purity),
        ["Classify allocates nothing"] = c => Done(c.Allocation),
        ["Topics and ids of a key are always the same"] = c => Done(c.Names),
        ["Subscribe and unsubscribe messages are built for one topic and for many"] = c => Done(c.Subscriptions),
        ["Request ids are fresh"] = c => Done(c.RequestIds),
        ["The login is built afresh and shows in no text"] = c => c.LoginAsync(),
        ["The ping is a message and no update"] = c => Done(c.Ping),
    };

    /// <summary>The names of the checks: sentences.</summary>
    public static IReadOnlyList<string> Checks { get; } = [.. All.Keys];

    /// <summary>Messages of the venue's, at least one of them an update. A member is tried only on samples of its kind: give one of every kind that the handler tells apart.</summary>
    protected abstract IReadOnlyList<HandlerSample> Samples { get; }

    /// <summary>Topics that can be subscribed, at least two. Default: <c>a</c> and <c>b</c>.</summary>
    protected virtual IReadOnlyList<Topic> Topics => ["a", "b"];

    /// <summary>Whether <see cref="ProtocolHandler.Classify"/> may allocate for each message, which costs throughput. Default: false.</summary>
    protected virtual bool MayAllocate => false;

    /// <summary>A new handler.</summary>
    protected abstract ProtocolHandler CreateHandler();

    /// <summary>Runs one of <see cref="Checks"/>.</summary>
    /// <exception cref="HandlerConformanceException">The handler does not hold it.</exception>
    public async Task RunAsync(string check)
    {
        if (!All.TryGetValue(check, out var run))
            throw new ArgumentException($"There is no check \"{check}\".", nameof(check));
        try
        {
            await run(this).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not HandlerConformanceException)
        {
            throw new HandlerConformanceException($"{check}: {e.GetType().Name} ({e.Message})", e);
        }
    }

    private static Task Done(Action check)
    {
        check();
        return Task.CompletedTask;
    }

    private static void Hold(bool holds, string what)
    {
        if (!holds)
            throw new HandlerConformanceException(what);
    }

    private static string Show(ReadOnlySpan<byte> message) => Encoding.UTF8.GetString(message);
}

/// <summary>A handler does not hold what every handler must; the message begins with the member at fault and shows the sample.</summary>
public sealed class HandlerConformanceException(string message, Exception? inner = null) : Exception(message, inner);
