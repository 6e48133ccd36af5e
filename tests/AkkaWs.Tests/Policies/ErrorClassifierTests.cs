using System.Net;
using System.Net.Sockets;
using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Policies;

public sealed class ErrorClassifierTests
{
    [Theory]
    [InlineData(1000, ErrorClass.ServerUnavailable)]
    [InlineData(1001, ErrorClass.ServerUnavailable)]
    [InlineData(1002, ErrorClass.ProtocolViolation)]
    [InlineData(1003, ErrorClass.ProtocolViolation)]
    [InlineData(1005, ErrorClass.AbnormalClosure)]
    [InlineData(1006, ErrorClass.AbnormalClosure)]
    [InlineData(1007, ErrorClass.ProtocolViolation)]
    [InlineData(1008, ErrorClass.PolicyViolation)]
    [InlineData(1009, ErrorClass.ProtocolViolation)]
    [InlineData(1010, ErrorClass.ProtocolViolation)]
    [InlineData(1011, ErrorClass.ServerUnavailable)]
    [InlineData(1012, ErrorClass.ServerUnavailable)]
    [InlineData(1013, ErrorClass.RateLimited)]
    [InlineData(1015, ErrorClass.ProtocolViolation)]
    [InlineData(4000, ErrorClass.ServerUnavailable)]
    public void A_close_code_has_its_class(int code, ErrorClass expected)
    {
        Assert.Equal(expected, ErrorClassifier.Classify((CloseCode)code));
        Assert.Equal((expected, code), Explain(new WireClosedException((CloseCode)code, "", "closed")));
    }

    [Theory]
    [InlineData(301, ErrorClass.HandshakeRejected)]
    [InlineData(401, ErrorClass.HandshakeRejected)]
    [InlineData(403, ErrorClass.HandshakeRejected)]
    [InlineData(404, ErrorClass.HandshakeRejected)]
    [InlineData(101, ErrorClass.HandshakeRejected)]
    [InlineData(200, ErrorClass.HandshakeRejected)]
    [InlineData(408, ErrorClass.ServerUnavailable)]
    [InlineData(418, ErrorClass.RateLimited)]
    [InlineData(425, ErrorClass.ServerUnavailable)]
    [InlineData(429, ErrorClass.RateLimited)]
    [InlineData(500, ErrorClass.ServerUnavailable)]
    [InlineData(503, ErrorClass.ServerUnavailable)]
    public void An_HTTP_status_has_its_class(int status, ErrorClass expected) =>
        Assert.Equal((expected, null), Explain(Refusal((HttpStatusCode)status, null)));

    public static TheoryData<WireException, ErrorClass, int?> Failures => new()
    {
        { new WireHandshakeException("no HTTP"), ErrorClass.Reset, null },
        { new WireConnectException("refused", SocketError.ConnectionRefused, null), ErrorClass.Refused, null },
        { new WireConnectException("no route", SocketError.HostUnreachable, null), ErrorClass.Refused, null },
        { new WireConnectException("no such name", SocketError.HostNotFound, null), ErrorClass.Dns, null },
        { new WireTlsException("expired", null) { IsCertificateRefused = true }, ErrorClass.Tls, null },
        { new WireTlsException("cut", null), ErrorClass.Reset, null },
        { new WireTimeoutException("late", TimeSpan.FromSeconds(1), null), ErrorClass.ConnectTimeout, null },
        { new WireResetException("reset", SocketError.ConnectionReset, null), ErrorClass.Reset, 1006 },
        { new WireProtocolException("reserved bits"), ErrorClass.ProtocolViolation, 1002 },
        { new WireInvalidUtf8Exception("a text"), ErrorClass.ProtocolViolation, 1007 },
        { new WireMessageTooBigException("a message", 2, 1, "MaxMessageSize"), ErrorClass.ProtocolViolation, 1009 },
        { new WireArgumentException("url", "no such scheme"), ErrorClass.HandshakeRejected, null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_of_the_wire_has_its_class_and_close_code(WireException failure, ErrorClass expected, int? code) =>
        Assert.Equal((expected, code), Explain(failure));

    [Theory]
    [InlineData(403, ErrorClass.RateLimited)]
    [InlineData(503, ErrorClass.ServerUnavailable)]
    public void A_status_with_Retry_After_is_no_refusal(int status, ErrorClass expected) =>
        Assert.Equal((expected, null), Explain(Refusal((HttpStatusCode)status, TimeSpan.FromSeconds(7))));

    [Fact]
    public void Retry_After_is_kept() =>
        Assert.Equal(TimeSpan.FromSeconds(7), ErrorClassifier.Explain(Refusal(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7))).RetryAfter);

    [Fact]
    public void What_is_no_error_of_the_wire_is_internal()
    {
        var reason = ErrorClassifier.Explain(new InvalidTimeZoneException("odd"));

        Assert.Equal(ErrorClass.Internal, reason.Class);
        Assert.Contains("odd", reason.Description, StringComparison.Ordinal);
    }

    private static WireHandshakeException Refusal(HttpStatusCode status, TimeSpan? retryAfter) =>
        new($"the server answered {(int)status}") { HttpStatusCode = status, RetryAfter = retryAfter };

    private static (ErrorClass Class, int? CloseCode) Explain(Exception error)
    {
        var reason = ErrorClassifier.Explain(error);
        return (reason.Class, reason.CloseCode);
    }
}
