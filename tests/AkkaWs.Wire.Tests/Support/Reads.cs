using System.Text;

namespace AkkaWs.Wire.Tests.Support;

internal sealed record Received(WireOpcode Opcode, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);
}

internal static class Reads
{
    public static Task<MessageBatch?> BatchAsync(this WireConnection connection) => connection.ReadBatchAsync().AsTask().WaitAsync(Peer.Patience);

    /// <summary>Copies of the next messages; their batches are released.</summary>
    public static async Task<List<Received>> MessagesAsync(this WireConnection connection, int count)
    {
        var messages = new List<Received>();
        while (messages.Count < count)
        {
            var batch = await connection.BatchAsync() ?? throw new InvalidOperationException($"Closed after {messages.Count} of {count} messages.");
            for (var i = 0; i < batch.Count; i++)
                messages.Add(new Received(batch[i].Opcode, batch[i].Span.ToArray()));
            batch.Release();
        }

        return messages;
    }

    public static async Task<Received> MessageAsync(this WireConnection connection) => Assert.Single(await connection.MessagesAsync(1));

    /// <summary>Reads until the connection ends with the expected failure.</summary>
    public static async Task<T> FailsAsync<T>(this WireConnection connection)
        where T : WireException =>
        await Assert.ThrowsAsync<T>(async () =>
        {
            while (await connection.BatchAsync() is { } batch)
                batch.Release();
        });

    public static ValueTask SendTextAsync(this WireConnection connection, string text, CancellationToken cancellationToken = default) =>
        connection.SendAsync(WireOpcode.Text, Encoding.UTF8.GetBytes(text), cancellationToken);
}
