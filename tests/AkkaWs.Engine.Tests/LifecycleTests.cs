using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Engine.Tests;

public sealed class LifecycleTests : EngineSpec
{
    [Fact]
    public async Task Stop_ends_the_actor_after_the_current_message()
    {
        var inbox = NewInbox();
        var letters = NewInbox();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var puppet = NewPuppet(inbox);

        await Within(puppet, context =>
        {
            context.Self.Tell("waiting", inbox.Ref);
            context.Stop(context.Self);
            return true;
        });

        var letter = await letters.Next<DeadLetter>();
        Assert.Equal(("waiting", inbox.Ref, puppet), ((string)letter.Message, letter.Sender, letter.Recipient));
        await inbox.ExpectNothingMore();
    }

    [Fact]
    public async Task PoisonPill_ends_the_actor_after_the_messages_before_it()
    {
        var inbox = NewInbox();
        var puppet = NewPuppet(inbox, new Hooks { ReportsLife = true });
        await inbox.Expect("PreStart");

        puppet.Tell("before");
        puppet.Tell(PoisonPill.Instance);

        await inbox.Expect("before", "PostStop");
    }

    [Fact]
    public async Task Kill_fails_the_actor()
    {
        var causes = NewInbox();
        var report = causes.Ref;
        var parent = NewPuppet(NewInbox(), new Hooks
        {
            Strategy = new OneForOneStrategy(cause =>
            {
                report.Tell(cause);
                return SupervisorStrategy.DefaultDecider.Decide(cause);
            }),
        });
        var child = await NewChild(parent, Puppet.With(NewInbox()));

        child.Tell(Kill.Instance);

        await causes.Next<ActorKilledException>();
        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Children_end_before_their_parent()
    {
        var inbox = NewInbox();
        var ends = inbox.Ref;
        var parent = NewPuppet(NewInbox(), new Hooks { OnStop = () => ends.Tell("parent") });
        for (var i = 0; i < 3; i++)
            await NewChild(parent, Puppet.With(NewInbox(), new Hooks { OnStop = () => ends.Tell("child") }));

        Sys.Stop(parent);

        await inbox.Expect("child", "child", "child", "parent");
    }

    [Fact]
    public async Task An_actor_whose_asynchronous_handler_is_under_way_can_be_stopped()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Endless()));
        Assert.Equal("started", await actor.Ask<string>("go", Limit));

        Sys.Stop(actor);

        Assert.True(await actor.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task A_PostStop_that_throws_does_not_keep_the_actor_alive()
    {
        var puppet = NewPuppet(NewInbox(), new Hooks { OnStop = () => throw new InvalidOperationException("in the way") });

        Assert.True(await puppet.GracefulStop(Limit));
    }

    [Fact]
    public async Task A_name_is_taken_until_its_actor_has_ended()
    {
        var parent = NewPuppet(NewInbox());
        var props = Puppet.With(NewInbox());
        var first = await NewChild(parent, props, "name");

        Assert.IsType<InvalidActorNameException>(await Within(parent, context => Record.Exception(() => context.ActorOf(props, "name"))));
        var inbox = NewInbox();
        var reuse = await Within(parent, context =>
        {
            context.WatchWith(first, new Call(later => later.ActorOf(props, "name")));
            context.Stop(first);
            return true;
        });

        Assert.True(reuse);
        Assert.True(await first.WatchAsync().WaitAsync(Limit));
        IActorRef? second = null;
        while (second is null || second.IsNobody() || second.Equals(first))
            second = await Within(parent, context => context.Child("name"));
        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$reserved")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("é")]
    public void A_name_that_a_path_cannot_hold_is_refused(string name) =>
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create<Echo>(), name));

    [Fact]
    public async Task A_child_has_its_path_below_its_parents()
    {
        var parent = NewPuppet(NewInbox(), name: "parent");
        var child = await NewChild(parent, Props.Create<Echo>(), "child");
        var anonymous = await NewChild(parent, Props.Create<Echo>());

        Assert.Equal("akka://spec/user/parent/child", child.Path.ToString());
        Assert.Equal("/user/parent/child", child.Path.ToStringWithoutAddress());
        Assert.Equal(parent.Path, child.Path.Parent);
        Assert.Equal("child", child.Path.Name);
        Assert.Equal(["user", "parent", "child"], child.Path.Elements);
        Assert.Equal($"[akka://spec/user/parent/child#{child.Path.Uid}]", child.ToString());
        Assert.StartsWith("$", anonymous.Path.Name, StringComparison.Ordinal);
        Assert.Equal(child.Path, ActorPath.Parse(child.Path.ToString()));
    }

    [Fact]
    public async Task The_arguments_of_Props_reach_the_constructor()
    {
        string? none = null;
        var byExpression = Sys.ActorOf(Props.Create(() => new Arguments("a" + 1, 2, none)));
        var byArguments = Sys.ActorOf(Props.Create<Arguments>("a1", 2, null!));
        var type = typeof(Arguments);
        var byType = Sys.ActorOf(Props.Create(type, "a1", 2, null));

        foreach (var actor in (IActorRef[])[byExpression, byArguments, byType])
            Assert.Equal("a1 2 none", await actor.Ask<string>("?", Limit));
    }

    [Fact]
    public void An_actor_is_not_made_with_new() => Assert.IsType<ActorInitializationException>(OutsideOfActors(() => Record.Exception(() => new Echo())));

    private sealed class Endless : ReceiveActor
    {
        public Endless() => ReceiveAnyAsync(_ =>
        {
            Sender.Tell("started");
            return new TaskCompletionSource().Task;
        });
    }

    private sealed class Arguments(string first, int second, string? third) : ReceiveActor
    {
        protected override void PreStart() => Become(() => ReceiveAny(_ => Sender.Tell($"{first} {second} {third ?? "none"}")));
    }
}
