using AkkaWs.Protocol;

namespace AkkaWs.Tests.Captures;

/// <summary>Venues whose public feeds the generic handler speaks by its options alone.</summary>
internal static class VenueOptions
{
    public static GenericJsonOptions Binance { get; } = new()
    {
        TopicField = "stream",
        OperationField = "method",
        ArgumentsField = "params",
        SubscribeOperation = "SUBSCRIBE",
        UnsubscribeOperation = "UNSUBSCRIBE",
        SubscriptionIdField = "id",
        RequestIdField = "id",
        NumericRequestIds = true,
        ResultField = "result",
        ErrorField = "error",
    };

    public static GenericJsonOptions Okx { get; } = new()
    {
        TopicTemplate = "{arg.channel}:{arg.instId}",
        TopicsAsObjects = true,
        AcknowledgementsNameTopic = true,
        ServerOperationField = "event",
        SubscriptionIdField = "id",
        RequestIdField = "id",
        AuthenticationOperation = "login",
        ErrorOperation = "error",
        PingText = "ping",
        PongText = "pong",
    };

    public static GenericJsonOptions Coinbase { get; } = new()
    {
        TopicTemplate = "{type}:{product_id}",
        OperationField = "type",
        SubscribedOperation = "subscriptions",
        ErrorOperation = "error",
        SubscriptionIdField = null,
    };
}
