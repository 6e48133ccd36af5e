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

    private static OutboundMessage Build(IReadOnlyList<Topic> topics) => OutboundMessage.Text($"sub|{string.Join(',', topics)}");
}
