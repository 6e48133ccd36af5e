using System.Text;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What two connections bring in a rotation is one stream, and where something of it is missing there is a marker.</summary>
public sealed class RotationOrderTests : RotationTest
{
    [Fact]
    public async Task What_the_old_connection_still_brings_when_the_new_one_breaks_does_not_come_between_the_markers()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var server = await LineServer.StartAsync();
            server.ConfirmsUnsubscriptions = false;
            await using var client = await ConnectAsync(server, $"flood-{round}");
            var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
            await InEpochAsync(client, 2);
            var flooding = FloodAsync(old);
            await AwaitAssertAsync(() => Assert.InRange(Got.Count, 1_000, int.MaxValue), Deadline);

            (await ConnectionAsync(server, 2)).Drop();

            await Assert.ThrowsAsync<RotationFailedException>(() => rotating.WaitAsync(Deadline));
            await AwaitAssertAsync(() => Assert.IsType<Restored>(Got.Last()), Deadline);
            await flooding.WaitAsync(Deadline);
            Assert.Equal([typeof(Interrupted), typeof(Restored)], Got.SkipWhile(m => m is TopicUpdate).Select(m => m.GetType()));
            var updates = Got.OfType<TopicUpdate>().Select(update => update.Sequence).ToList();
            Assert.Equal(Enumerable.Range(1, updates.Count).Select(number => (long)number), updates);
        }
    }

    // Until the connection is gone.
    private async Task FloodAsync(ScriptedConnection connection)
    {
        await Task.Yield();
        try
        {
            for (var number = 1; connection.IsOpen;)
            {
                var frames = new MemoryStream();
                for (var i = 0; i < 200; i++, number++)
                {
                    var update = Encoding.UTF8.GetBytes($"U|a|{number}");
                    frames.WriteByte(0x81); // the final frame of a text message
                    frames.WriteByte((byte)update.Length);
                    frames.Write(update);
                }

                await connection.SendRawAsync(frames.ToArray(), Ct);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Aborted by the client.
        }
    }
}
