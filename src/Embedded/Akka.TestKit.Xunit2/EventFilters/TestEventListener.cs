using Akka.Event;
using Akka.TestKit.Internal;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit;

/// <summary>The logger behind event filters: what a filter means is counted instead of logged.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<EventFilterBase> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var type in (Type[])[typeof(Mute), typeof(Unmute), typeof(Drain), typeof(DeadLetter), typeof(UnhandledMessage)])
                    initialize.LoggingBus.Subscribe(Self, type);
                return base.Receive(message);
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                _filters.RemoveAll(unmute.Filters.Contains);
                return true;
            case Drain drain:
                drain.Done.TrySetResult();
                return true;
            case LogEvent logEvent:
                if (!IsMuted(logEvent))
                    Print(logEvent);
                return true;
            case DeadLetter { Message: not Drain } letter:
                Report(letter, $"DeadLetter from {letter.Sender} to {letter.Recipient}: <{letter.Message}>");
                return true;
            case UnhandledMessage unhandled:
                Report(unhandled, $"Unhandled message from {unhandled.Sender}: {unhandled.Message}");
                return true;
            default:
                return base.Receive(message);
        }
    }

    private void Report(AllDeadLetters letter, string text)
    {
        var source = letter.Recipient.Path.ToString();
        if (!IsMuted(new Warning(source, letter.Recipient.GetType(), letter)))
            Print(new Warning(source, letter.Recipient.GetType(), text));
    }

    // Every filter sees the event, so that each counts what it means.
    private bool IsMuted(LogEvent logEvent)
    {
        var muted = false;
        foreach (var filter in _filters)
            muted |= filter.Apply(logEvent);
        return muted;
    }
}
