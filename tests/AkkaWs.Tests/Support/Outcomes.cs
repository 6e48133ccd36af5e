using Akka.Actor;

namespace AkkaWs.Tests.Support;

internal static class Outcomes
{
    /// <summary>
    /// Asks for whatever the answer is. A refusal is the <see cref="Status.Failure"/> that was sent: asked for any object, Akka.NET 1.5.30 returns it and
    /// later versions throw its cause. Silence throws.
    /// </summary>
    public static async Task<object> AskOutcomeAsync(this IActorRef actor, object command, TimeSpan limit)
    {
        try
        {
            return await actor.Ask<object>(command, limit);
        }
        catch (Exception cause) when (cause is not AskTimeoutException)
        {
            return new Status.Failure(cause);
        }
    }
}
