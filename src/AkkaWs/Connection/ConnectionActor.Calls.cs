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
                PostAnswer(data, m.Message);
            },
            m => m.Epoch == _core.Epoch);
        Receive<AnswerNotBuilt>(
            m =>
            {
                _answersUnderWay--;
                ReportHandlerError(m.Error, m.Kind);
            },
            m => m.Epoch == _core.Epoch);
    }

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
            ReportHandlerError(e, frame.Kind);
            return;
        }

        if (answer.IsCompletedSuccessfully)
        {
            PostAnswer(data, answer.Result);
            return;
        }

        var (epoch, kind) = (_core.Epoch, frame.Kind);
        _answersUnderWay++;
        answer.PipeTo(
            Self,
            success: message => new AnswerBuilt(epoch, message),
            failure: error => new AnswerNotBuilt(epoch, kind, error));
    }

    private void PostAnswer(OpenData data, OutboundMessage? answer)
    {
        if (answer is not null)
            Post(data, answer);
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
            ReportHandlerError(e, MessageKind.System);
        }
    }

    /// <summary>The handler built an answer; null: there is none.</summary>
    private sealed record AnswerBuilt(Epoch Epoch, OutboundMessage? Message) : ConnectionSignal;

    /// <summary>The handler could not build an answer.</summary>
    private sealed record AnswerNotBuilt(Epoch Epoch, MessageKind Kind, Exception Error) : ConnectionSignal;
}
