using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

public sealed class SubscribeBatchTests
{
    [Fact]
    public void Every_topic_goes_out_once_in_messages_that_keep_to_the_bound_or_name_one_topic() =>
        Prop.ForAll(
            (from max in Gen.Choose(1, 300) from lengths in Gen.Choose(1, 60).NonEmptyListOf() select (max, lengths)).ToArbitrary(),
            given =>
            {
                IReadOnlyList<Topic> topics = [.. given.lengths.Select((length, i) => new Topic($"{i}".PadRight(length, 'x')))];
                List<Topic> sent = [];
                while (sent.Count < topics.Count)
                {
                    var (message, count) = SubscribeBatch.Fit([.. topics.Skip(sent.Count)], given.max, Build);
                    Assert.True(count == 1 || message.Payload.Length <= given.max, $"{count} topics in {message.Payload.Length} of {given.max} bytes");
                    Assert.Equal(Build([.. topics.Skip(sent.Count).Take(count)]).Payload.ToArray(), message.Payload.ToArray());
                    sent.AddRange(topics.Skip(sent.Count).Take(count));
                }

                Assert.Equal(topics, sent);
            }).Check(Checks.Default.WithMaxTest(300));

    [Fact]
    public void Without_a_bound_all_go_out_in_one_message_that_is_built_once()
    {
        var built = 0;

        var (_, count) = SubscribeBatch.Fit(["a", "b", "c"], null, topics =>
        {
            built++;
            return Build(topics);
        });

        Assert.Equal((3, 1), (count, built));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(200)]
    public void Topics_that_the_handler_fails_on_are_found_by_halving_and_cost_no_other_one(int bad)
    {
        List<Topic> topics = [.. Enumerable.Range(0, 200).Select(i => new Topic($"{(i % (200 / bad) == 0 ? "bad" : "good")}-{i}"))];
        var isBad = topics.Where(topic => topic.Value.StartsWith("bad", StringComparison.Ordinal)).ToHashSet();
        List<Topic> sent = [], failed = [];
        var built = 0;
        var left = topics;
        while (left.Count > 0)
        {
            var batch = SubscribeBatch.Next(left, null, 1 << 20, asked =>
            {
                built++;
                return asked.Any(isBad.Contains) ? throw new FormatException("bad") : Build(asked);
            });
            (batch.Message is null ? failed : sent).AddRange(batch.Topics);
            left = [.. left.Except(batch.Topics)];
        }

        Assert.Equal(topics.Where(isBad.Contains), failed);
        Assert.Equal(topics.Except(isBad), sent);
        Assert.InRange(built, 1, 2 * (isBad.Count + 1) * 2 * 8);
    }

    private static OutboundMessage Build(IReadOnlyList<Topic> topics) => OutboundMessage.Text($"sub|{string.Join(',', topics)}");
}
