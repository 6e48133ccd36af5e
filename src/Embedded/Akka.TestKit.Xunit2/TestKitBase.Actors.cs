using System.Linq.Expressions;
using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props, null);

    public IActorRef ActorOf(Props props, string name) => Sys.ActorOf(props, name);

    public IActorRef ActorOf<TActor>() where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), null);

    public IActorRef ActorOf<TActor>(string name) where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory) where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), null);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name) where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(IActorRef anchorRef, string actorPath) => Sys.ActorSelection(anchorRef, actorPath);

    /// <summary>The test actor receives <see cref="Terminated"/> when the actor has stopped.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        Command(new InternalTestActor.InContext(context => context.Watch(actorToWatch)));
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        Command(new InternalTestActor.InContext(context => context.Unwatch(actorToUnwatch)));
        return actorToUnwatch;
    }

    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await CommandAsync(new InternalTestActor.InContext(context => context.Watch(actorToWatch))).ConfigureAwait(false);
        return actorToWatch;
    }

    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await CommandAsync(new InternalTestActor.InContext(context => context.Unwatch(actorToUnwatch))).ConfigureAwait(false);
        return actorToUnwatch;
    }

    /// <summary>Lets the pilot react to each message from now on.</summary>
    public void SetAutoPilot(AutoPilot pilot) => Command(new InternalTestActor.SetPilot(pilot));

    /// <summary>Drops the messages for which the function answers true.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => Command(new InternalTestActor.SetIgnore(shouldIgnoreMessage));

    public void IgnoreMessages<TMsg>() => IgnoreMessages(message => message is TMsg);

    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) => IgnoreMessages(message => message is TMsg typed && shouldIgnoreMessage(typed));

    public void IgnoreNoMessages() => Command(new InternalTestActor.SetIgnore(null));

    IActorRef IActorRefFactory.ActorOf(Props props, string name) => Sys.ActorOf(props, name);

    private void Command(InternalTestActor.Command command) => CommandAsync(command).GetAwaiter().GetResult();

    private Task CommandAsync(InternalTestActor.Command command)
    {
        TestActor.Tell(command, ActorRefs.NoSender);
        // A pilot that steers its own test actor must not wait for itself.
        return InternalTestActor.IsRunning(_queue)
            ? Task.CompletedTask
            : command.Done.Task.WaitAsync(TestKitSettings.DefaultTimeout);
    }

    /// <summary>Waits until the test actor has queued what was told to it before: one that looks without waiting sees it.</summary>
    private async ValueTask<bool> SettleAsync(bool blocking)
    {
        if (_queue.IsClosed)
            return false;
        var settled = CommandAsync(new InternalTestActor.InContext(_ => { }));
        if (blocking)
            settled.GetAwaiter().GetResult();
        await settled.ConfigureAwait(false);
        return true;
    }
}
