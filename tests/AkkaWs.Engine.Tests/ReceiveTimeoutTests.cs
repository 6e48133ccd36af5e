using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class ReceiveTimeoutTests : EngineSpec
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Silence_brings_a_ReceiveTimeout_and_again_after_each_silence()
    {
        var inbox = NewInbox();
        var puppet = NewPuppet(inbox);

        await SetTimeout(puppet, Silence);

        await inbox.Next<ReceiveTimeout>();
        await inbox.Next<ReceiveTimeout>();
    }

    [Fact]
    public async Task A_timeout_set_in_PreStart_holds()
    {
        var inbox = NewInbox();
        NewPuppet(inbox, new Hooks { OnStart = context => context.SetReceiveTimeout(Silence) });

        await inbox.Next<ReceiveTimeout>();
    }

    [Fact]
    public async Task Messages_marked_so_do_not_put_it_off()
    {
        var inbox = NewInbox();
        var puppet = NewPuppet(inbox);
        await SetTimeout(puppet, Silence);
        using var stop = new CancellationTokenSource();
        var noise = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                puppet.Tell(new Unheard());
                await Task.Delay(Silence / 10);
            }
        });

        object next;
        while ((next = (await inbox.Next()).Message) is Unheard)
        {
        }

        await stop.CancelAsync();
        await noise;
        Assert.IsType<ReceiveTimeout>(next);
    }

    private static Task<bool> SetTimeout(IActorRef puppet, TimeSpan? timeout) => Within(puppet, context =>
    {
        context.SetReceiveTimeout(timeout);
        return true;
    });

    private sealed record Unheard : INotInfluenceReceiveTimeout;
}
