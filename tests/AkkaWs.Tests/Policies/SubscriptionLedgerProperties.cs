using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

/// <summary>A ledger, a client that reconciles as the connection does, and a server that answers in any order, late, or not at all.</summary>
public sealed class SubscriptionLedgerProperties
{
    private static readonly Config Thorough = Checks.Default.WithMaxTest(1_000);

    [Fact]
    public void Whatever_happens_on_the_way_the_wire_ends_with_the_wishes() =>
        Prop.ForAll(Steps().ToArbitrary(), steps =>
        {
            var model = new Model();
            foreach (var step in steps)
                model.Do(step);
            model.Settle();

            Assert.Equal(model.Wishes.Order(), model.Wire.Order());
            Assert.Equal(model.Wishes.Order(), model.Ledger.Desired.Order());
            Assert.Equal(model.Wishes.Count, model.Ledger.DesiredCount);
            Assert.Equal(model.Wishes.Count, model.Ledger.ConfirmedCount);
            Assert.Equal(0, model.Ledger.HeldCount);
        }).Check(Thorough);

    [Fact]
    public void A_stale_answer_changes_nothing() =>
        Prop.ForAll(Steps().ToArbitrary(), steps =>
        {
            var model = new Model();
            foreach (var step in steps)
            {
                model.Do(step);
                foreach (var stale in model.Stale.Where(answer => !model.Ledger.IsAwaited(answer.RequestId!.Value)))
                {
                    var change = model.Ledger.Apply(stale);
                    Assert.Empty(change.Confirmed.Concat(change.Left).Concat(change.Failed.Select(f => f.Topic)));
                }
            }
        }).Check(Thorough);

    private static Gen<List<Step>> Steps() =>
        (from kind in Gen.Elements(Enum.GetValues<Kind>())
         from topic in Gen.Elements("a", "b", "c", "d")
         from choice in Gen.Choose(0, 1_000)
         select new Step(kind, topic, choice)).ListOf(60).Select(l => l.ToList());

    private enum Kind
    {
        Wish,
        Unwish,
        Answer,
        AnswerOneTopic,
        Refuse,
        Expire,
        Release,
        Reconnect,
    }

    private sealed record Step(Kind Kind, Topic Topic, int Choice);

    private sealed record Message(RequestId Id, IReadOnlyList<Topic> Topics, bool Subscribes);

    private sealed class Model
    {
        private readonly List<Message> _unanswered = [];
        private int _nextId;

        public SubscriptionLedger Ledger { get; } = new();

        public HashSet<Topic> Wishes { get; } = [];

        /// <summary>What the server has subscribed, once it has worked off all messages.</summary>
        public HashSet<Topic> Wire { get; } = [];

        public List<Acknowledgement> Stale { get; } = [];

        public void Do(Step step)
        {
            switch (step.Kind)
            {
                case Kind.Wish:
                    Wishes.Add(step.Topic);
                    Ledger.Wish(step.Topic);
                    break;
                case Kind.Unwish:
                    Wishes.Remove(step.Topic);
                    Ledger.Unwish(step.Topic);
                    break;
                case Kind.Reconnect:
                    Stale.AddRange(_unanswered.Select(m => new Acknowledgement { RequestId = m.Id }));
                    _unanswered.Clear();
                    Wire.Clear();
                    Ledger.Reset();
                    break;
                case Kind.Release:
                    Ledger.Release();
                    Ledger.ReleaseUnanswered();
                    break;
                default:
                    if (_unanswered.Count > 0)
                        End(_unanswered[step.Choice % _unanswered.Count], step.Kind);
                    break;
            }

            Reconcile();
        }

        public void Settle()
        {
            for (var round = 0; round < 10 && (_unanswered.Count > 0 || Ledger.HeldCount > 0 || Ledger.HasUnanswered); round++)
            {
                while (_unanswered.Count > 0)
                    End(_unanswered[0], Kind.Answer);
                Ledger.Release();
                Ledger.ReleaseUnanswered();
                Reconcile();
            }

            while (_unanswered.Count > 0)
                End(_unanswered[0], Kind.Answer);
        }

        private void End(Message message, Kind how)
        {
            _unanswered.Remove(message);
            if (how == Kind.Expire)
            {
                foreach (var topic in Ledger.Expire(message.Id).Where(t => !Ledger.WasConfirmed(t)))
                    GiveUp(topic);
                Stale.Add(new Acknowledgement { RequestId = message.Id });
            }
            else if (how == Kind.Refuse)
            {
                Apply(message, new Acknowledgement { RequestId = message.Id, Rejection = "no" });
                if (message.Subscribes)
                    Wire.ExceptWith(message.Topics);
            }
            else if (how == Kind.AnswerOneTopic)
            {
                foreach (var topic in message.Topics)
                    Apply(message, new Acknowledgement { RequestId = message.Id, Topics = [topic] });
            }
            else
            {
                Apply(message, new Acknowledgement { RequestId = message.Id });
            }

            Reconcile();
        }

        private void Apply(Message message, Acknowledgement answer)
        {
            var change = Ledger.Apply(answer);
            foreach (var failure in change.Failed.Where(f => !Ledger.WasConfirmed(f.Topic)))
                GiveUp(failure.Topic);
            if (!Ledger.IsPending(message.Id))
                Stale.Add(answer);
        }

        // As the connection does: a topic that was never confirmed fails, and its subscribers are gone.
        private void GiveUp(Topic topic)
        {
            Wishes.Remove(topic);
            Ledger.Unwish(topic);
        }

        private void Reconcile()
        {
            Send(Ledger.Missing(), subscribes: true, Ledger.MarkSubscribing);
            Send(Ledger.Surplus(), subscribes: false, Ledger.MarkUnsubscribing);
        }

        // The server works off messages in order; only its answers may be late or lost.
        private void Send(IReadOnlyList<Topic> topics, bool subscribes, Action<IReadOnlyList<Topic>, RequestId> mark)
        {
            if (topics.Count == 0)
                return;
            var message = new Message($"{++_nextId}", topics, subscribes);
            mark(topics, message.Id);
            _unanswered.Add(message);
            if (subscribes)
                Wire.UnionWith(topics);
            else
                Wire.ExceptWith(topics);
        }
    }
}
