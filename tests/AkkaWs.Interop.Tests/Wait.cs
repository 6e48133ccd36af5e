using AkkaWs.Wire;

namespace AkkaWs.Interop.Tests;

internal static class Wait
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>What a client gives a server of node's, which may stand still for seconds on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The next text or binary message, which must be alone in its batch but for pings.</summary>
    public static async Task<(WireOpcode Opcode, T Value)> NextAsync<T>(this WireConnection connection, Func<byte[], T> select)
    {
        while (true)
        {
            var batch = await connection.ReadBatchAsync().AsTask().WaitAsync(Limit) ?? throw new InvalidOperationException("Closed.");
            var messages = Enumerable.Range(0, batch.Count).Select(i => (batch[i].Opcode, Payload: batch[i].Span.ToArray())).ToList();
            batch.Release();
            messages.RemoveAll(message => message.Opcode is WireOpcode.Ping or WireOpcode.Pong);
            if (messages.Count > 0)
            {
                var only = Assert.Single(messages);
                return (only.Opcode, select(only.Payload));
            }
        }
    }
}
