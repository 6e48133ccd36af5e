using System.Globalization;

namespace AkkaWs.Tests.Chaos;

/// <summary>A way of failing.</summary>
public enum Failure
{
    /// <summary>The port refuses; what is open is reset.</summary>
    Refuse,

    /// <summary>The connection ends in order.</summary>
    Fin,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>Half of what was to come, then the end.</summary>
    HalfAnswer,

    /// <summary>Random bytes.</summary>
    Garbage,

    /// <summary>An HTTP page, as a balancer without a server behind it sends it.</summary>
    HttpPage,

    /// <summary>A TLS alert where none belongs.</summary>
    TlsNonsense,

    /// <summary>Nothing passes any more, and nobody is told.</summary>
    Silence,

    /// <summary>A few bytes a second.</summary>
    Trickle,

    /// <summary>The upgrade is answered by an HTTP status of 4xx.</summary>
    ClientError,

    /// <summary>The upgrade is answered by an HTTP status of 5xx.</summary>
    ServerError,

    /// <summary>A frame that RFC 6455 forbids.</summary>
    IllegalFrame,

    /// <summary>A close frame, its code legal or not.</summary>
    CloseFrame,
}

/// <summary>When it fails.</summary>
public enum Moment
{
    /// <summary>As soon as TCP is connected.</summary>
    Tcp,

    /// <summary>In the TLS handshake.</summary>
    Tls,

    /// <summary>Where the upgrade is answered.</summary>
    HttpAnswer,

    /// <summary>Where the login is answered.</summary>
    Login,

    /// <summary>Where the subscription is answered.</summary>
    Subscribe,

    /// <summary>Where the first update comes.</summary>
    Ready,

    /// <summary>Where a second connection comes up beside the first, on both.</summary>
    Rotation,

    /// <summary>Where the client's close frame is answered.</summary>
    Closing,
}

/// <summary>One way of failing at one moment, over <c>ws</c> or <c>wss</c>, on a connection that is declared or whose first connect was awaited.</summary>
/// <param name="Failure">How it fails.</param>
/// <param name="Moment">When.</param>
/// <param name="Tls">Whether over <c>wss</c>.</param>
/// <param name="Declared">Whether nobody waited for its first connect.</param>
/// <param name="Variant">Which status, frame or close code, where there are several.</param>
internal sealed record ChaosCase(Failure Failure, Moment Moment, bool Tls, bool Declared, int Variant)
{
    /// <summary>What cannot be, and why.</summary>
    public static IReadOnlyList<(string Why, Func<ChaosCase, bool> Is)> Impossible { get; } =
    [
        ("without TLS there is no TLS handshake", c => c is { Moment: Moment.Tls, Tls: false }),
        ("a port that refuses begins no TLS handshake", c => c is { Failure: Failure.Refuse, Moment: Moment.Tls }),
        ("an accepted TCP connection has no answer that could be halved", c => c is { Failure: Failure.HalfAnswer, Moment: Moment.Tcp }),
        ("a status answers a request, which comes after TCP and TLS", c => c is { Failure: Failure.ClientError or Failure.ServerError, Moment: Moment.Tcp or Moment.Tls }),
        ("frames come after the upgrade, which comes after TCP and TLS", c => c is { Failure: Failure.IllegalFrame or Failure.CloseFrame, Moment: Moment.Tcp or Moment.Tls }),
    ];

    private static IReadOnlyList<int> Sizes { get; } = [Enum.GetValues<Failure>().Length, (int)Moment.Closing, 2, 2];

    public bool IsPossible => !Impossible.Any(impossible => impossible.Is(this));

    /// <summary>Every pair of failure, moment, scheme and kind of connection that can be, each row with another variant.</summary>
    public static IReadOnlyList<ChaosCase> Cover() =>
        [.. Pairwise.Cover(Sizes, row => Of(row).IsPossible).Select((row, variant) => Of(row) with { Variant = variant })];

    /// <summary>All that can be, with every variant.</summary>
    public static IReadOnlyList<ChaosCase> Product() =>
    [
        .. Pairwise.Product(Sizes).Select(Of).Where(c => c.IsPossible)
            .SelectMany(c => Enumerable.Range(0, WireFailures.VariantsOf(c.Failure)).Select(variant => c with { Variant = variant })),
    ];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Failure}#{Variant} at {Moment}, {(Tls ? "wss" : "ws")}, {(Declared ? "declared" : "awaited")}");

    private static ChaosCase Of(int[] row) => new((Failure)row[0], (Moment)row[1], row[2] == 1, row[3] == 1, 0);
}
