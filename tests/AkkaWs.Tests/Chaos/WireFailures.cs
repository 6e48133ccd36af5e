using AkkaWs.Testing;
using AkkaWs.Wire;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>The bytes and faults of each way of failing.</summary>
internal static class WireFailures
{
    public static readonly byte[] HttpPage = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>gone</html"u8.ToArray();

    private const int HalfOfServerHello = 60;
    private const int BytesPerSecondOfTrickle = 5;

    // Alert, fatal, internal_error (RFC 8446 section 6).
    private static readonly byte[] TlsAlert = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50];

    private static readonly int[] ClientErrors = [400, 401, 403, 404, 418, 429];

    private static readonly int[] ServerErrors = [500, 502, 503];

    private static readonly byte[][] IllegalFrames =
    [
        Frames.Frame(WireOpcode.Text, "x"u8.ToArray(), rsv: 4),
        Frames.Frame((WireOpcode)3, []),
        [0x81, 0x81, 1, 2, 3, 4, 5],
        Frames.Frame(WireOpcode.Text, [0xFF, 0xFE]),
        Frames.Continuation("x"u8.ToArray(), fin: true),
        Frames.Frame(WireOpcode.Ping, [], fin: false),
        Frames.Frame(WireOpcode.Ping, new byte[126]),
        [0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0],
        [.. Frames.Text("a", fin: false), .. Frames.Text("b")],
        [.. Enumerable.Repeat(Frames.Frame(WireOpcode.Ping, []), 3_000).SelectMany(ping => ping)],
    ];

    private static readonly byte[][] CloseFrames =
    [
        .. ((int[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 999, 1004, 1005, 1006, 1015, 1100, 2000, 5000])
            .Select(code => Frames.Close(code, "chaos")),
        Frames.Frame(WireOpcode.Close, []),
        Frames.Frame(WireOpcode.Close, [3]),
        Frames.Frame(WireOpcode.Close, [3, 232, 0xFF, 0xFE]),
    ];

    public static int VariantsOf(Failure failure) => failure switch
    {
        Failure.ClientError => ClientErrors.Length,
        Failure.ServerError => ServerErrors.Length,
        Failure.IllegalFrame => IllegalFrames.Length,
        Failure.CloseFrame => CloseFrames.Length,
        _ => 1,
    };

    public static int StatusOf(ChaosCase chaos) =>
        chaos.Failure == Failure.ClientError ? ClientErrors[chaos.Variant % ClientErrors.Length] : ServerErrors[chaos.Variant % ServerErrors.Length];

    public static byte[] FrameOf(ChaosCase chaos) =>
        chaos.Failure == Failure.IllegalFrame ? IllegalFrames[chaos.Variant % IllegalFrames.Length] : CloseFrames[chaos.Variant % CloseFrames.Length];

    /// <summary>What a connection suffers on its way to the upgrade, from its first byte or, in the TLS handshake, from the client's first byte.</summary>
    public static IReadOnlyList<Fault> FaultsBeforeUpgrade(ChaosCase chaos) => chaos switch
    {
        { Failure: Failure.HalfAnswer } => [Fault.Finish() with { AfterBytesToClient = HalfOfServerHello }],
        { Failure: Failure.HttpPage, Moment: Moment.Tcp } => [Fault.Inject(HttpPage), Fault.Finish()],
        { Failure: Failure.HttpPage } => [Fault.Inject(HttpPage) with { AfterBytesToServer = 1 }, Fault.Finish() with { AfterBytesToServer = 1 }],
        _ => [FaultOf(chaos.Failure) with { AfterBytesToServer = chaos.Moment == Moment.Tls ? 1 : 0 }],
    };

    /// <summary>The fault of a failure that strikes the link and not what is said on it.</summary>
    public static Fault FaultOf(Failure failure) => failure switch
    {
        Failure.Fin => Fault.Finish(),
        Failure.Garbage => Fault.Garbage(200),
        Failure.TlsNonsense => Fault.Inject(TlsAlert),
        Failure.Silence => Fault.Swallow(),
        Failure.Trickle => Fault.Throttle(BytesPerSecondOfTrickle),
        _ => Fault.Reset(),
    };
}
