using System.Globalization;
using System.Text;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Tests.Model;

/// <summary>Notes what one subscriber sees, and what it must never see. It asks for itself, so that answers and updates come in one order.</summary>
internal sealed class ModelSubscriber : ReceiveActor
{
    public ModelSubscriber(SubscriberLog log) => ReceiveAny(log.Note);

    public static (IActorRef Actor, SubscriberLog Log) Start(IActorRefFactory system)
    {
        var log = new SubscriberLog();
        return (system.ActorOf(Props.Create(() => new ModelSubscriber(log)).WithDeploy(Deploy.Local)), log);
    }
}

/// <summary>Read by the test while the subscriber writes.</summary>
internal sealed class SubscriberLog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TopicView> _topics = [];
    private readonly List<string> _violations = [];
    private int _answers;

    /// <summary>How many of its commands were answered.</summary>
    public int Answers
    {
        get
        {
            lock (_lock)
                return _answers;
        }
    }

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_lock)
                return [.. _violations, .. _topics.Values.SelectMany(view => view.AfterLeaving)];
        }
    }

    /// <summary>The number of a topic's last update; 0 before the first.</summary>
    public long LastOf(string topic)
    {
        lock (_lock)
            return _topics.TryGetValue(topic, out var view) ? view.Last : 0;
    }

    public bool IsInterrupted(string topic)
    {
        lock (_lock)
            return _topics.TryGetValue(topic, out var view) && view.IsInterrupted;
    }

    /// <summary>It is about to ask for these topics.</summary>
    public void Wants(IEnumerable<Topic> topics)
    {
        lock (_lock)
        {
            foreach (var topic in topics)
                View(topic.Value).IsWanted = true;
        }
    }

    /// <summary>It is about to leave these topics; the answer comes to itself, in order with the markers.</summary>
    public void Leaves(IEnumerable<Topic> topics)
    {
        lock (_lock)
        {
            foreach (var topic in topics)
            {
                var view = View(topic.Value);
                (view.IsWanted, view.Leaves) = (false, view.Leaves + 1);
            }
        }
    }

    public void Note(object message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case TopicUpdate update:
                    OnUpdate(View(update.Topic.Value), update);
                    break;
                case Interrupted interrupted:
                    CheckMarker(interrupted).IsInterrupted = true;
                    break;
                case Restored restored:
                    OnRestored(CheckMarker(restored), restored);
                    break;
                case Unconfirmed unconfirmed:
                    CheckMarker(unconfirmed).IsUnconfirmed = true;
                    break;
                case TopicClosed closed:
                    Forget(closed.Topic.Value);
                    View(closed.Topic.Value).AfterLeaving.Clear();
                    break;
                case Unsubscribed left:
                    _answers++;
                    foreach (var topic in left.Topics)
                    {
                        Forget(topic.Value);
                        View(topic.Value).Leaves--;
                    }

                    break;
                case Subscribed or Status.Failure:
                    _answers++;
                    break;
                default:
                    _violations.Add($"got {message.GetType().Name}");
                    break;
            }
        }
    }

    private TopicView View(string topic) => _topics.TryGetValue(topic, out var view) ? view : _topics[topic] = new TopicView();

    // Once it is told that it has left, a topic has nothing to mark for it, unless the topic has ended before: then its end comes last.
    private TopicView CheckMarker(TopicMessage marker)
    {
        var view = View(marker.Topic.Value);
        if (view is { HasLeft: true, IsWanted: false, Leaves: 0 })
            view.AfterLeaving.Add($"{marker} after leaving");
        return view;
    }

    // A member that left may still get updates that were on their way, and starts anew when it comes back.
    private void Forget(string topic)
    {
        var view = View(topic);
        (view.IsInterrupted, view.IsUnconfirmed, view.HasLeft) = (false, false, true);
    }

    private void OnUpdate(TopicView view, TopicUpdate update)
    {
        if (view.IsInterrupted && !view.HasLeft)
            _violations.Add($"{update} while interrupted");
        if (!view.HasLeft && view.Sequence is { } last && update.Sequence != last + 1)
            _violations.Add($"{update} after #{last}");
        view.Sequence = update.Sequence;
        var text = Encoding.UTF8.GetString(update.Payload.Span);
        view.Last = long.Parse(text[(text.LastIndexOf('|') + 1)..], CultureInfo.InvariantCulture);
    }

    private void OnRestored(TopicView view, Restored restored)
    {
        if (!view.IsInterrupted && !view.IsUnconfirmed && !view.HasLeft)
            _violations.Add($"{restored} without an interruption");
        (view.IsInterrupted, view.IsUnconfirmed) = (false, false);
    }

    private sealed class TopicView
    {
        public bool IsInterrupted { get; set; }

        public bool IsUnconfirmed { get; set; }

        public bool HasLeft { get; set; }

        public bool IsWanted { get; set; }

        public int Leaves { get; set; }

        public List<string> AfterLeaving { get; } = [];

        public long? Sequence { get; set; }

        public long Last { get; set; }
    }
}
