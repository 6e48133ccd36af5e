using System.Buffers.Binary;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Telemetry;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

// What becomes of one message, by its kind: responses go to their callers, updates to their topics, the rest to the connection's actor.
internal sealed partial class ReadLoop
{
    // The pongs of one read.
    private PongsNoted? _pongs;

    private void DispatchAny(WireMessage message, long receivedAt, BatchCredit credit)
    {
        switch (message.Opcode)
        {
            case WireOpcode.Text:
                Dispatch(message.Payload, receivedAt, credit);
                break;
            case WireOpcode.Binary:
                DispatchBinary(message.Payload, receivedAt, credit);
                break;
            case WireOpcode.Pong:
                NotePong(PingOf(message.Span), receivedAt);
                break;
            default:
                break; // a ping: the wire has answered it
        }
    }

    // A pong answers its ping and all before it, one without a number all of them: of several the last number holds.
    private void NotePong(long? ping, long receivedAt)
    {
        _pongs = _pongs is { } earlier
            ? new PongsNoted(earlier.Count + 1, earlier.Last is { } last && ping is { } number ? Math.Max(last, number) : null, receivedAt)
            : new PongsNoted(1, ping, receivedAt);
    }

    // One message for the pongs of one read, and a credit with it: a server may send as many as it likes.
    private void TellPongs(BatchCredit credit)
    {
        if (_pongs is not { } pongs)
            return;
        _pongs = null;
        credit.Retain();
        _connection.Tell(new PongReceived(_context.Epoch, pongs.Last, pongs.ReceivedAt, pongs.Count, credit), ActorRefs.NoSender);
    }

    private static long? PingOf(ReadOnlySpan<byte> pong) =>
        pong.Length == sizeof(long) && BinaryPrimitives.ReadInt64BigEndian(pong) is > 0 and var number ? number : null;

    private void DispatchBinary(ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        try
        {
            var max = _context.Options.MaxMessageSize;
            payload = _context.Handler.DecodeBinary(payload, max);
            if (payload.Length > max)
                throw new PayloadTooLargeException(max);
        }
        catch (Exception e)
        {
            ReportHandlerError(nameof(ProtocolHandler.DecodeBinary), e);
            return;
        }

        Dispatch(payload, receivedAt, credit);
    }

    private void Dispatch(ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        var classification = _held is null && _context.Routes.Everything is not null
            ? ClassifyForAll(payload, receivedAt)
            : _context.Handler.Classify(payload.Span);
        Show(classification.Kind, payload);
        if (!_delivers && HoldOrDrop(classification.Kind, payload, receivedAt))
            return;
        Deliver(classification, payload, receivedAt, credit);
    }

    // The connection's actor shows the rest.
    private void Show(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        if (_context.ShowsUpdates && kind == MessageKind.Update)
            _log.PayloadReceived(new LogScope(_context.Options.Name, _context.Epoch.Value, ConnectionState.Ready), kind, payload.Span, _context.Handler.Hides(payload.Span));
    }

    private void Deliver(Classification classification, ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        switch (classification.Kind)
        {
            case MessageKind.Update when classification.IsComposed:
                RouteComposed(payload, receivedAt, credit);
                break;
            case MessageKind.Update:
                RouteUpdate(classification.KeyOf(payload.Span), payload, receivedAt);
                break;
            case MessageKind.Response:
                Learn(payload);
                var id = _context.Handler.RequestIdOf(classification.KeyOf(payload.Span));
                if (_context.Requests?.TryTake(id, payload, _context.Epoch) == true)
                    break;
                credit.Retain();
                _connection.Tell(new ResponseReceived(_context.Epoch, id, payload, credit), ActorRefs.NoSender);
                break;
            case MessageKind.System:
                DispatchSystem(payload, receivedAt, credit);
                break;
            case MessageKind.Control:
                Learn(payload);
                Forward(MessageKind.Control, payload, credit);
                break;
            case MessageKind.Batch:
                TakeApart(payload, receivedAt, credit);
                break;
            default:
                OnUnknown(classification.Kind, payload, credit);
                break;
        }
    }

    private void DispatchSystem(ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        if (_context.Handler.IsServerPing(payload.Span))
        {
            if (_context.Handler.BuildPong(payload.Span) is { } pong)
                _wire.TryPost(new PostedWrite(pong, WireLane.Immediate));
        }
        else if (_context.Handler.IsPong(payload.Span))
        {
            NotePong(null, receivedAt);
        }
        else
        {
            Forward(MessageKind.System, payload, credit);
        }
    }

    private void Forward(MessageKind kind, ReadOnlyMemory<byte> payload, BatchCredit credit)
    {
        credit.Retain();
        _connection.Tell(new FrameReceived(_context.Epoch, kind, payload, credit), ActorRefs.NoSender);
    }

    private void ReportHandlerError(string member, Exception error)
    {
        // A handler that fails on one message may fail on every one: the log tells of the 1st, 2nd, 4th, 8th …
        var count = _context.Counters.AddHandlerError();
        if (!long.IsPow2(count))
            return;
        _log.HandlerFailed(new LogScope(_context.Options.Name, _context.Epoch.Value, ConnectionState.Ready), error, _context.Handler.GetType(), member, count);
    }

    private readonly record struct PongsNoted(int Count, long? Last, long ReceivedAt);
}
