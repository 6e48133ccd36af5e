namespace Akka.Actor;

internal static class Refs
{
    /// <summary>The reference of this process that stands behind <paramref name="reference"/>, or null.</summary>
    public static ILocalRef Local(IActorRef reference) => reference as ILocalRef ?? (reference as IRefWrapper)?.Inner as ILocalRef;

    public static ActorSystemImpl SystemOf(ICanTell target) => target switch
    {
        ActorSelection selection => SystemOf(selection.Anchor),
        IActorRef reference => Local(reference)?.System,
        _ => null,
    };
}
