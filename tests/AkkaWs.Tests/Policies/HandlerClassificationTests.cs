using System.Net.Sockets;
using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Policies;

public sealed class HandlerClassificationTests
{
    private static readonly Exception Refused = new WireConnectException("refused", SocketError.ConnectionRefused, null);

    [Fact]
    public void A_handler_that_does_not_say_leaves_the_table()
    {
        var handler = new Venue((_, _) => null, _ => null);

        Assert.Equal(ErrorClassifier.Explain(Refused), ErrorClassifier.Explain(Refused, handler));
        Assert.Equal(ErrorClass.PolicyViolation, ErrorClassifier.Explain(CloseCode.PolicyViolation, "", "closed", handler).Class);
    }

    [Fact]
    public void A_handler_names_the_class_of_a_close_by_code_and_reason()
    {
        var handler = new Venue((code, reason) => (code, reason) == (4001, "bad key") ? ErrorClass.AuthenticationRejected : null, _ => ErrorClass.Dns);

        Assert.Equal(
            new CloseReason(ErrorClass.AuthenticationRejected, "closed by the server", 4001),
            ErrorClassifier.Explain((CloseCode)4001, "bad key", "closed by the server", handler));
        Assert.Equal(ErrorClass.AuthenticationRejected, ErrorClassifier.Explain(new WireClosedException((CloseCode)4001, "bad key", "closed"), handler).Class);
        Assert.Equal(ErrorClass.ServerUnavailable, ErrorClassifier.Explain((CloseCode)4001, "restart", "closed", handler).Class);
    }

    [Fact]
    public void A_handler_names_the_class_of_any_other_failure_and_the_rest_of_its_reason_stays()
    {
        var handshake = new WireHandshakeException("403") { HttpStatusCode = System.Net.HttpStatusCode.Forbidden, RetryAfter = TimeSpan.FromSeconds(5) };
        var handler = new Venue((_, _) => ErrorClass.Dns, error => error == handshake ? ErrorClass.RateLimited : null);

        var reason = ErrorClassifier.Explain(handshake, handler);

        Assert.Equal(new CloseReason(ErrorClass.RateLimited, "403") { RetryAfter = TimeSpan.FromSeconds(5), HttpStatus = 403 }, reason);
    }

    [Fact]
    public void A_handler_that_throws_is_told_and_the_table_holds()
    {
        var handler = new Venue((_, _) => throw new FormatException("a bug"), _ => throw new FormatException("a bug"));

        var reason = ErrorClassifier.Explain(Refused, handler);

        Assert.Equal(ErrorClass.Refused, reason.Class);
        Assert.Equal("refused (the handler failed to classify it: FormatException: a bug)", reason.Description);
    }

    private sealed class Venue(Func<int, string, ErrorClass?> close, Func<Exception, ErrorClass?> error) : ProtocolHandler
    {
        public override ErrorClass? ClassifyClose(int closeCode, string reason) => close(closeCode, reason);

        public override ErrorClass? ClassifyError(Exception failure) => error(failure);

        public override Classification Classify(ReadOnlySpan<byte> message) => Classification.Unknown;

        public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => new(ReadOnlyMemory<byte>.Empty);

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => new(ReadOnlyMemory<byte>.Empty);
    }
}
