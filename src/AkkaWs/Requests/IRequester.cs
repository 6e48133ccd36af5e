using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;

namespace AkkaWs.Requests;

/// <summary>Who waits for the outcome of a request; told once, on any thread.</summary>
internal interface IRequester
{
    void Succeed(Response response);

    void Fail(WebSocketClientException error);
}

/// <summary>An actor, or an <c>Ask</c>'s temporary reference.</summary>
internal sealed class AskingActor(IActorRef asker, IActorRef connection) : IRequester
{
    public void Succeed(Response response) => asker.Tell(response, connection);

    public void Fail(WebSocketClientException error) => asker.Tell(new Status.Failure(error), connection);
}
