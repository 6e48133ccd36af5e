using AkkaWs.Errors;

namespace AkkaWs.Telemetry;

/// <summary>What became of a request, as metrics and activities name it.</summary>
internal static class OutcomeName
{
    public const string Response = "response";
    public const string NotSent = "not_sent";

    /// <summary>The name of an error; null stands for a response.</summary>
    public static string Of(Exception? error) => error switch
    {
        null => Response,
        ServerErrorException => "server_error",
        NotSentException or CapacityExceededException => NotSent,
        SentOutcomeUnknownException => "unknown",
        RequestTimeoutException => "timeout",
        RequestCancelledException => "cancelled",
        ResponseFormatException => "unreadable",
        ConnectionClosedException => "closed",
        _ => "failed",
    };
}
