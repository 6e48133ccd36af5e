using Akka.Actor;
using Akka.TestKit.Xunit2;
using AkkaWs.Primitives;
using AkkaWs.Routing;
using AkkaWs.Tests.Support;
using AkkaWs.TestSupport;

namespace AkkaWs.Tests.Routing;

public sealed class MailboxesTests() : TestKit(TestHocon.Below("akka.loglevel = WARNING"))
{
    [Fact]
    public void One_that_is_full_is_not_forgotten_while_its_topic_shows_no_subscribers()
    {
        using var free = new ManualResetEventSlim();
        var slow = Held.Start(Sys, free);
        for (var i = 0; i <= Mailboxes.TooMany; i++)
            slow.Tell(i);
        var (route, mailboxes) = (new TopicRoute("a"), new Mailboxes());
        var shown = route.Progress.Published = new TopicSnapshot(new Epoch(1), ActorRefs.Nobody, [slow], [], []);
        Assert.Single(mailboxes.FindFull([route]));

        route.Progress.Published = null;
        Assert.Empty(mailboxes.FindFull([route]));
        Assert.Equal(1, mailboxes.Full);
        route.Progress.Published = shown;
        Assert.Empty(mailboxes.FindFull([route]));

        Assert.Empty(mailboxes.FindFull([]));
        Assert.Equal(0, mailboxes.Full);
        free.Set();
    }
}
