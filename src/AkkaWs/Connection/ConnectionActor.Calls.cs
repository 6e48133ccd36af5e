using Akka.Actor;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

// The handler's answers to what the server asks.
internal sealed partial class ConnectionActor
{
    private const int MaxAnswers = 64;

    private CancellationTokenSource? _answers;
    private int _answersUnderWay;

    private void HandleAnswers(OpenData data)
    {
        Receive<AnswerBuilt>(
            m =>
            {
                _answersUnderWay--;
                PostAnswer(data, m.Epoch, m.Message);
            },
            m => IsUnderWay(m.Round));
        Receive<AnswerNotBuilt>(
            m =>
            {
                _answersUnderWay--;
                ReportHandlerError(m.Error, m.Epoch, m.Kind);
            },
            m => IsUnderWay(m.Round));
    }

    // Each loss ends a round; a rotation does not.
    private bool IsUnderWay(CancellationTokenSource? round) => round is not null && round == _answers;

    private void Answer(OpenData data, FrameReceived frame)
    {
        Task<OutboundMessage?> answer;
        try
        {
            if (_answersUnderWay >= MaxAnswers)
                throw new InvalidOperationException($"{MaxAnswers} answers are under way already");
            _answers ??= new CancellationTokenSource();
            answer = _core.Handler.AnswerAsync(frame.Payload, _answers.Token).AsTask();
        }
        catch (Exception e)
        {
            ReportHandlerError(e, frame.Epoch, frame.Kind);
            return;
        }

        if (answer.IsCompletedSuccessfully)
        {
            PostAnswer(data, frame.Epoch, answer.Result);
            return;
        }

        var (epoch, kind, round) = (frame.Epoch, frame.Kind, _answers);
        _answersUnderWay++;
        answer.PipeTo(
            Self,
            success: message => new AnswerBuilt(epoch, message, round),
            failure: error => new AnswerNotBuilt(epoch, kind, error, round));
    }

    /// <summary>To the physical connection that asked; one that is gone meanwhile gets none.</summary>
    private void PostAnswer(OpenData data, Epoch epoch, OutboundMessage? answer)
    {
        if (answer is null)
            return;
        if (epoch == _core.Epoch)
            Post(data, answer);
        else if (_standby is { } standby && epoch == standby.Epoch)
            TryPost(standby, answer);
        else if (_overlap is { IsClosing: false } overlap && epoch == overlap.Epoch)
            Post(overlap, answer);
    }

    private void CancelAnswers()
    {
        // Not disposed: an answer that is being built may still look at its token.
        var cancelled = _answers;
        (_answers, _answersUnderWay) = (null, 0);
        try
        {
            cancelled?.Cancel();
        }
        catch (AggregateException e)
        {
            ReportHandlerError(e, _core.Epoch, MessageKind.System);
        }
    }

    /// <summary>The handler built an answer; null: there is none.</summary>
    private sealed record AnswerBuilt(Epoch Epoch, OutboundMessage? Message, CancellationTokenSource? Round) : ConnectionSignal;

    /// <summary>The handler could not build an answer.</summary>
    private sealed record AnswerNotBuilt(Epoch Epoch, MessageKind Kind, Exception Error, CancellationTokenSource? Round) : ConnectionSignal;
}
