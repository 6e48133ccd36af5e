using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

/// <summary>
/// A ledger, a client that works with it as the connection does, and a venue that answers late, twice, out of order or never, that refuses what it has
/// already and what it has not, and refuses or ignores messages that it finds too large.
/// </summary>
public sealed class SubscriptionAgreementProperties
{
    private const int TopicsPerMessage = 4;
    private static readonly Config Thorough = Checks.Default.WithMaxTest(2_000);
    private static readonly Topic[] Topics = ["a", "b", "c", "d", "e", "f"];

    // What one event may set off at once: every topic is asked for or left, each in a message of its own.
    private static readonly int MostAtOnce = Topics.Length;

    // Divided, left, divided there, asked for once more, and alone.
    private static readonly int MostToAgree = 12 * Topics.Length;

    [Fact]
    public void Once_the_venue_is_quiet_what_is_wished_what_is_confirmed_and_what_it_has_are_the_same_after_a_bounded_number_of_messages() =>
        Prop.ForAll(Lives().ToArbitrary(), life =>
        {
            var model = new Model(life);
            foreach (var step in life.Steps)
                model.Do(step);
            var sent = model.Sent;
            model.FallQuiet();

            Assert.Equal(model.Wishes.Order(), model.Ledger.Desired.Order());
            Assert.Equal(model.Wishes.Order(), model.Ledger.Confirmed.Order());
            Assert.Equal(model.Wishes.Order(), model.Has.Order());
            Assert.Equal((false, false, 0), (model.Ledger.HasWork, model.Ledger.IsWaiting, model.Ledger.HeldCount));
            Assert.InRange(model.Sent - sent, 0, MostToAgree);
        }).Check(Thorough);

    private static Gen<Life> Lives() =>
        from steps in (from kind in Gen.Elements(Enum.GetValues<Kind>())
                       from topic in Gen.Elements(Topics)
                       from choice in Gen.Choose(0, 1_000)
                       select new Step(kind, topic, choice)).ListOf(80)
        from repeated in Gen.Elements(Enum.GetValues<Refusal>())
        from unknown in Gen.Elements(Enum.GetValues<Refusal>())
        from large in Gen.Elements(true, false)
        from most in Gen.Choose(1, TopicsPerMessage)
        select new Life([.. steps], repeated, unknown, large, most);

    private enum Kind
    {
        Wish,
        WishMore,
        Unwish,
        Answer,
        AnswerTwice,
        LoseAnswer,
        LoseNextMessage,
        RefuseNextMessage,
        Deadline,
        Retry,
        Reconnect,
    }

    private enum Refusal
    {
        None,
        Whole,
        WholeNamingOne,
        WholeNamingConfirmed,
    }

    private sealed record Step(Kind Kind, Topic Topic, int Choice);

    /// <param name="Steps">What happens.</param>
    /// <param name="Repeated">How the venue refuses to subscribe what it has.</param>
    /// <param name="Unknown">How the venue refuses to unsubscribe what it has not.</param>
    /// <param name="IgnoresLarge">Whether it ignores messages that are too large instead of refusing them.</param>
    /// <param name="Most">How many topics are not too many.</param>
    private sealed record Life(IReadOnlyList<Step> Steps, Refusal Repeated, Refusal Unknown, bool IgnoresLarge, int Most);

    private sealed class Model(Life life)
    {
        private readonly List<Acknowledgement> _answers = [];
        private readonly List<RequestId> _deadlines = [];
        private bool _losesNext;
        private bool _refusesNext;
        private bool _hasRefused;

        public SubscriptionLedger Ledger { get; } = new();

        public HashSet<Topic> Wishes { get; } = [];

        /// <summary>What the venue has subscribed.</summary>
        public HashSet<Topic> Has { get; } = [];

        public int Sent { get; private set; }

        public void Do(Step step)
        {
            switch (step.Kind)
            {
                case Kind.Wish or Kind.WishMore:
                    Wishes.Add(step.Topic);
                    Ledger.Wish(step.Topic, critical: step.Choice % 4 == 0);
                    break;
                case Kind.Unwish:
                    Wishes.Remove(step.Topic);
                    Ledger.Unwish(step.Topic);
                    break;
                case Kind.Answer or Kind.AnswerTwice when _answers.Count > 0:
                    Answer(step.Choice % _answers.Count, again: step.Kind == Kind.AnswerTwice);
                    break;
                case Kind.LoseAnswer when _answers.Count > 0:
                    _answers.RemoveAt(step.Choice % _answers.Count);
                    break;
                case Kind.LoseNextMessage:
                    _losesNext = true;
                    break;
                case Kind.RefuseNextMessage when !_hasRefused:
                    _refusesNext = true;
                    break;
                case Kind.Deadline when _deadlines.Count > 0:
                    Expire(_deadlines[step.Choice % _deadlines.Count]);
                    break;
                case Kind.Retry:
                    Retry();
                    break;
                case Kind.Reconnect:
                    Has.Clear();
                    _answers.Clear();
                    _deadlines.Clear();
                    Ledger.Reset();
                    break;
                default:
                    break;
            }

            Reconcile();
        }

        /// <summary>Nothing is lost any more, nobody wishes anything else, and time passes.</summary>
        public void FallQuiet()
        {
            (_losesNext, _refusesNext) = (false, false);
            for (var round = 0; round < 20; round++)
            {
                while (_answers.Count > 0 || Ledger.IsWaiting)
                {
                    while (_answers.Count > 0)
                    {
                        Answer(_answers.Count - 1, again: false);
                        Reconcile();
                    }

                    foreach (var id in _deadlines.ToList())
                        Expire(id);
                    Reconcile();
                }

                if (Ledger.HeldCount == 0 && !Ledger.HasUnanswered)
                    return;
                Retry();
                Reconcile();
            }
        }

        private void Retry()
        {
            Ledger.Release();
            Ledger.ReleaseUnanswered();
        }

        private void Expire(RequestId id)
        {
            _deadlines.Remove(id);
            foreach (var topic in Ledger.Expire(id).Where(topic => !Ledger.WasConfirmed(topic)))
                GiveUp(topic);
        }

        private void Answer(int index, bool again)
        {
            var answer = _answers[index];
            if (!again)
                _answers.RemoveAt(index);
            foreach (var failure in Ledger.Apply(answer).Failed.Where(failure => !Ledger.WasConfirmed(failure.Topic)))
                GiveUp(failure.Topic);
        }

        // As the connection does: a topic that was never confirmed fails, and its subscribers are gone.
        private void GiveUp(Topic topic)
        {
            Wishes.Remove(topic);
            Ledger.Unwish(topic);
        }

        private void Reconcile()
        {
            for (var sent = 0; Ledger.HasWork; sent++)
            {
                Assert.InRange(sent, 0, MostAtOnce - 1);
                if (Ledger.Missing(TopicsPerMessage) is { Count: > 0 } missing)
                    Send(missing, subscribes: true);
                else
                    Send(Ledger.Surplus(TopicsPerMessage), subscribes: false);
            }
        }

        private void Send(IReadOnlyList<Topic> topics, bool subscribes)
        {
            Assert.NotEmpty(topics);
            RequestId id = $"{++Sent}";
            if (subscribes)
                Ledger.MarkSubscribing(topics, id);
            else
                Ledger.MarkUnsubscribing(topics, id);
            _deadlines.Add(id);
            var isLost = _losesNext;
            _losesNext = false;
            if (!isLost && WorkOff(id, topics, subscribes) is { } answer)
                _answers.Add(answer);
        }

        // The venue works off messages in their order; its answers may come in any.
        private Acknowledgement? WorkOff(RequestId id, IReadOnlyList<Topic> topics, bool subscribes)
        {
            if (_refusesNext)
            {
                (_refusesNext, _hasRefused) = (false, true);
                return new Acknowledgement { RequestId = id, Rejection = "busy" };
            }

            if (topics.Count > life.Most)
                return life.IgnoresLarge ? null : new Acknowledgement { RequestId = id, Rejection = "too large" };
            var (refusal, bad) = subscribes
                ? (life.Repeated, topics.Where(Has.Contains).ToList())
                : (life.Unknown, topics.Where(topic => !Has.Contains(topic)).ToList());
            if (bad.Count > 0 && refusal != Refusal.None)
                return Refuse(id, refusal, bad);
            if (subscribes)
                Has.UnionWith(topics);
            else
                Has.ExceptWith(topics);
            return new Acknowledgement { RequestId = id };
        }

        private static Acknowledgement Refuse(RequestId id, Refusal how, List<Topic> bad) => new()
        {
            RequestId = id,
            Rejection = "no",
            Failures = how == Refusal.WholeNamingOne ? [new TopicFailure(bad[0], "no")] : [],
            Topics = how == Refusal.WholeNamingConfirmed ? bad : null,
        };
    }
}
