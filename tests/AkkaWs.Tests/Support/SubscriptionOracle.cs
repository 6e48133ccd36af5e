using System.Globalization;
using System.Text;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Tests.Support;

/// <summary>
/// What one subscription gets, held against the numbers of its topics: ours have no hole but what <see cref="Lagged"/> counted; the venue's, where the handler
/// knows them, have none without a marker before it and never come again; nothing comes between <see cref="Interrupted"/> and <see cref="Restored"/>, nothing
/// behind the end, and epochs never go back. Asked by the test while the subscription is read.
/// </summary>
internal sealed class SubscriptionOracle
{
    private const int MostViolations = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<Topic, TopicView> _topics = [];
    private readonly List<string> _violations = [];
    private long _updates;
    private long _lost;

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_lock)
                return [.. _violations];
        }
    }

    /// <summary>How many updates came, and how many were told to be lost.</summary>
    public (long Came, long Lost) Updates
    {
        get
        {
            lock (_lock)
                return (_updates, _lost);
        }
    }

    /// <summary>The number at the end of a topic's last update; 0 before the first.</summary>
    public long LastOf(Topic topic)
    {
        lock (_lock)
            return _topics.TryGetValue(topic, out var view) ? view.Last : 0;
    }

    /// <summary>Whether an update of a topic with this number or a later one came, or was told to be lost.</summary>
    public bool HasHeardOf(Topic topic, long number)
    {
        lock (_lock)
            return _topics.TryGetValue(topic, out var view) && (view.Last >= number || view.Lagged > 0);
    }

    public void Note(TopicMessage message)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(message.Topic, out var view))
                _topics[message.Topic] = view = new TopicView();
            if (view.HasEnded)
                Violate($"{message} behind the end");
            switch (message)
            {
                case TopicUpdates batch:
                    foreach (var update in batch.Updates)
                        OnUpdate(view, update);
                    break;
                case TopicUpdate update:
                    OnUpdate(view, update);
                    break;
                case Lagged lagged:
                    view.Lagged += lagged.Count;
                    _lost += lagged.Count;
                    break;
                case Interrupted:
                    (view.IsInterrupted, view.IsMarked) = (true, true);
                    break;
                case Unconfirmed:
                    (view.IsUnconfirmed, view.IsMarked) = (true, true);
                    break;
                case Restored:
                    if (view is { IsInterrupted: false, IsUnconfirmed: false })
                        Violate($"{message} without an interruption");
                    (view.IsInterrupted, view.IsUnconfirmed, view.IsMarked) = (false, false, true);
                    break;
                case TopicClosed:
                    view.HasEnded = true;
                    break;
            }
        }
    }

    private void OnUpdate(TopicView view, TopicUpdate update)
    {
        if (view.IsInterrupted)
            Violate($"{update} between the markers");
        if (update.Epoch.Value < view.Epoch)
            Violate($"{update} goes back from epoch {view.Epoch}");
        if (view.Sequence is { } last && update.Sequence != last + 1 + view.Lagged)
            Violate($"{update} after #{last} and {view.Lagged} lost");
        if (update.SourceSequence is { } number && view.Number is { } before && !Follows(view, before, number))
            Violate($"the venue's {number} after {before}, {view.Lagged} lost, {(view.IsMarked ? "with" : "without")} a marker between");
        (view.Epoch, view.Sequence, view.Number, view.Lagged, view.IsMarked) = (update.Epoch.Value, update.Sequence, update.SourceSequence, 0, false);
        var text = Encoding.UTF8.GetString(update.Payload.Span);
        view.Last = long.Parse(text[(text.LastIndexOf('|') + 1)..], CultureInfo.InvariantCulture);
        _updates++;
    }

    private static bool Follows(TopicView view, long before, long number) =>
        view.IsMarked ? number > before + view.Lagged : number == before + 1 + view.Lagged;

    private void Violate(string what)
    {
        if (_violations.Count < MostViolations)
            _violations.Add(what);
    }

    private sealed class TopicView
    {
        public bool IsInterrupted { get; set; }

        public bool IsUnconfirmed { get; set; }

        public bool IsMarked { get; set; }

        public bool HasEnded { get; set; }

        public long Lagged { get; set; }

        public long Epoch { get; set; }

        public long? Sequence { get; set; }

        public long? Number { get; set; }

        public long Last { get; set; }
    }
}
