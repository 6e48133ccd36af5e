using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class SelectionTests : EngineSpec
{
    [Theory]
    [InlineData("/user/parent/a1", "a1")]
    [InlineData("akka://spec/user/parent/a1", "a1")]
    [InlineData("user/parent/a1", "a1")]
    [InlineData("/user/parent/*", "a1 a2 b1")]
    [InlineData("/user/parent/a?", "a1 a2")]
    [InlineData("/user/*/b*", "b1")]
    [InlineData("/user/parent/../parent/a2", "a2")]
    public async Task A_selection_reaches_the_actors_that_its_path_names(string path, string expected)
    {
        var inbox = NewInbox();
        await Family(inbox);

        Sys.ActorSelection(path).Tell("who", inbox.Ref);

        var names = new List<string>();
        for (var i = 0; i < expected.Split(' ').Length; i++)
            names.Add((await inbox.Next()).Sender.Path.Name);
        Assert.Equal(expected, string.Join(' ', names.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_path_within_an_actor_is_relative_to_it()
    {
        var inbox = NewInbox();
        var parent = await Family(inbox);

        await Within(parent, context =>
        {
            context.ActorSelection("b1").Tell("who", inbox.Ref);
            return true;
        });

        Assert.Equal("b1", (await inbox.Next()).Sender.Path.Name);
    }

    [Fact]
    public async Task ResolveOne_finds_the_reference()
    {
        var parent = await Family(NewInbox());

        Assert.Equal(parent, await Sys.ActorSelection("/user/parent").ResolveOne(Limit));
        Assert.Equal(parent, await Sys.ActorSelection(parent.Path).ResolveOne(Limit));
    }

    [Fact]
    public async Task ResolveOne_of_nobody_is_an_ActorNotFoundException() =>
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/nobody").ResolveOne(Limit));

    [Fact]
    public async Task Identify_is_answered_by_the_actor_or_with_nobody()
    {
        var parent = await Family(NewInbox());

        var found = await Sys.ActorSelection("/user/parent").Ask<ActorIdentity>(new Identify(7), Limit);
        var none = await Sys.ActorSelection("/user/nobody").Ask<ActorIdentity>(new Identify(8), Limit);

        Assert.Equal((7, parent), ((int)found.MessageId, found.Subject));
        Assert.Equal(8, none.MessageId);
        Assert.Null(none.Subject);
    }

    private async Task<IActorRef> Family(Inbox inbox)
    {
        var parent = NewPuppet(inbox, name: "parent");
        foreach (var name in (string[])["a1", "a2", "b1"])
            await NewChild(parent, Props.Create<Echo>(), name);
        return parent;
    }
}
