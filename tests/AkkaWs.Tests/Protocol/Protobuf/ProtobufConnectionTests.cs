using System.Net.WebSockets;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Tests.Protocol.Conformance;
using AkkaWs.Tests.Support;
using Google.Protobuf;

namespace AkkaWs.Tests.Protocol.Protobuf;

/// <summary>A binary protocol over a real socket: subscribed, asked and pushed in binary messages, none of which becomes text.</summary>
public sealed class ProtobufConnectionTests : ConnectionTest
{
    [Fact]
    public async Task Requests_and_updates_go_through_as_binary_messages()
    {
        await using var server = await ServeAsync();
        await using var client = await ConnectAsync(new WebSocketClientOptions { Name = "protobuf", Url = server.Url }, new ProtobufProtocol());
        await using var prices = await client.SubscribeAsync("BTC", Ct);

        List<(long?, byte[])> received = [];
        await foreach (var update in prices.WithCancellation(Ct))
        {
            received.Add((update.SourceSequence, update.Payload.ToArray()));
            if (received.Count == 300)
                break;
        }

        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long?)i), received.Select(r => r.Item1));
        Assert.All(received, r => Assert.Equal(Envelope.Update("BTC", (ulong)r.Item1!, -100 * r.Item1!.Value), r.Item2));
        byte[] argument = [0, 0xFF, 0x80, 7];
        Assert.Equal(argument.Reverse(), (await client.RequestRawAsync(new Request(argument), Ct)).Result.ToArray());
        var refusal = await Assert.ThrowsAsync<ServerErrorException>(() => client.RequestRawAsync(new Request(default), Ct));
        Assert.Equal("nothing was asked", refusal.Description);
        await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync("MOON", Ct));
        Assert.All(server.Connections.Single().Received, message => Assert.Equal(WebSocketMessageType.Binary, message.Type));
    }

    private Task<ScriptedServer> ServeAsync() => ScriptedServer.StartAsync(async (connection, ct) =>
    {
        while (await connection.ReceiveAsync(ct) is { } message)
        {
            var command = Command.Read(message.Payload);
            var known = command.Topics.All(topic => topic == "BTC");
            var reply = command.Verb == "ask"
                ? new Reply(command.Id, !command.Argument.IsEmpty, "nothing was asked", ByteString.CopyFrom([.. command.Argument.Reverse()]))
                : new Reply(command.Id, known, "no such topic", ByteString.Empty);
            await connection.SendAsync(reply.Write(), WebSocketMessageType.Binary, ct);
            for (var i = 1; command.Verb == "subscribe" && known && i <= 300; i++)
                await connection.SendAsync(Envelope.Update("BTC", (ulong)i, -100 * i), WebSocketMessageType.Binary, ct);
        }
    }, Ct);
}

public sealed class ProtobufConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new(Envelope.Update("BTC", 300, -5), MessageKind.Update, "BTC"),
        new(new Reply("7", true, "", ByteString.Empty).Write(), MessageKind.Response, "7"),
        new("text", MessageKind.Unknown),
    ];

    protected override ProtocolHandler CreateHandler() => new ProtobufProtocol();
}
