using System.Diagnostics;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Testing;

public abstract partial class HandlerConformance
{
    private const int Rounds = 2_000;
    private const int LongestKey = 512;

    private async Task SamplesAsync()
    {
        Hold(Samples.Any(sample => sample.Kind == MessageKind.Update), "No sample is an update.");
        var kit = new HandlerTestKit(CreateHandler());
        foreach (var sample in Samples)
        {
            ReadAsTheLoopDoes(kit.Handler, sample.Payload.ToArray());
            var fed = await FeedAsync(kit, sample).ConfigureAwait(false);
            Hold(fed.Kind == sample.Kind, $"{nameof(ProtocolHandler.Classify)}: {fed.Kind} instead of {sample.Kind}, {Show(sample.Payload.Span)}");
            var key = fed.Topic?.Value ?? fed.RequestId?.Value;
            Hold(sample.Key is null || key == sample.Key, $"{(fed.Topic is null ? nameof(ProtocolHandler.RequestIdOf) : nameof(ProtocolHandler.TopicOf))}: {key ?? "nothing"} instead of {sample.Key}, {Show(sample.Payload.Span)}");
        }
    }

    // A check that goes through no sample would hold of every handler.
    private IReadOnlyList<HandlerSample> GivenSamples()
    {
        var samples = Samples;
        Hold(samples.Count > 0, "No sample is given.");
        return samples;
    }

    private static async Task<FedMessage> FeedAsync(HandlerTestKit kit, HandlerSample sample)
    {
        try
        {
            return await kit.FeedAsync(sample.Payload, isBinary: false).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Outside the handler it is a key that its Classify put out of bounds.
            var member = new StackTrace(e).GetFrames().Select(frame => frame.GetMethod()).LastOrDefault(method => typeof(ProtocolHandler).IsAssignableFrom(method?.DeclaringType));
            throw new HandlerConformanceException($"{member?.Name ?? nameof(ProtocolHandler.Classify)}: {e.GetType().Name} ({e.Message}) on {Show(sample.Payload.Span)}", e);
        }
    }

    private void Noise()
    {
        var handler = CreateHandler();
        var random = new Random(1);
        byte[] alphabet = [.. "{}[]\",:\\ \n1-.e"u8, 0, 0x80, 0xC3, 0xFF];
        for (var round = 0; round < Rounds; round++)
        {
            var noise = new byte[random.Next(120)];
            for (var i = 0; i < noise.Length; i++)
                noise[i] = round % 2 == 0 ? alphabet[random.Next(alphabet.Length)] : (byte)random.Next(256);
            ReadAsTheLoopDoes(handler, noise);
        }

        ReadAsTheLoopDoes(handler, []);
    }

    private void DamagedSamples()
    {
        var handler = CreateHandler();
        var random = new Random(2);
        foreach (var sample in GivenSamples())
        {
            for (var round = 0; round < Rounds / 10; round++)
            {
                var damaged = sample.Payload.ToArray();
                if (damaged.Length == 0)
                    continue;
                if (round % 2 == 0)
                    damaged = damaged[..random.Next(damaged.Length)];
                else
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                ReadAsTheLoopDoes(handler, damaged);
            }
        }
    }

    // The members that run on the read loop, as it calls them.
    private static void ReadAsTheLoopDoes(ProtocolHandler handler, byte[] message)
    {
        var member = nameof(handler.Classify);
        try
        {
            var classification = handler.Classify(message);
            Span<byte> scratch = stackalloc byte[LongestKey];
            member = nameof(handler.ComposeKey);
            var key = KeyOf(handler, classification, message, scratch);
            switch (classification.Kind)
            {
                case MessageKind.Update when !key.IsEmpty:
                    member = nameof(handler.TopicOf);
                    handler.TopicOf(key);
                    member = nameof(handler.SequenceOf);
                    handler.SequenceOf(message);
                    member = nameof(handler.PreviousSequenceOf);
                    handler.PreviousSequenceOf(message);
                    member = nameof(handler.KindOf);
                    handler.KindOf(message);
                    member = nameof(handler.ConflationKeyOf);
                    handler.ConflationKeyOf(message);
                    break;
                case MessageKind.Response:
                    Hold(!key.IsEmpty, $"{nameof(handler.Classify)}: a response has no key, {Show(message)}");
                    member = nameof(handler.RequestIdOf);
                    handler.RequestIdOf(key);
                    member = nameof(handler.TryLearn);
                    handler.TryLearn(message, out _);
                    break;
                case MessageKind.Control:
                    member = nameof(handler.TryLearn);
                    handler.TryLearn(message, out _);
                    break;
                case MessageKind.System:
                    member = nameof(handler.IsServerPing);
                    handler.IsServerPing(message);
                    member = nameof(handler.IsPong);
                    handler.IsPong(message);
                    break;
                case MessageKind.Batch:
                    member = nameof(handler.TryReadPart);
                    for (var end = 0; handler.TryReadPart(message, end, out var start, out var length); end = start + length)
                        Hold(start >= end && length > 0 && start + length <= message.Length, $"{member}: a part of a batch is out of bounds, {Show(message)}");
                    break;
            }
        }
        catch (Exception e) when (e is not HandlerConformanceException)
        {
            throw new HandlerConformanceException($"{member} throws {e.GetType().Name} ({e.Message}) on {Show(message)}", e);
        }
    }

    private static ReadOnlySpan<byte> KeyOf(ProtocolHandler handler, Classification classification, ReadOnlySpan<byte> message, Span<byte> scratch)
    {
        if (classification.IsComposed)
            return scratch[..Math.Max(handler.ComposeKey(message, scratch), 0)];
        Hold(classification.KeyStart >= 0 && classification.KeyStart + classification.KeyLength <= message.Length, $"{nameof(handler.Classify)}: the key is out of bounds, {Show(message)}");
        return classification.KeyOf(message);
    }

    private void Purity()
    {
        var handler = CreateHandler();
        var samples = GivenSamples();
        var copies = samples.Select(sample => sample.Payload.ToArray()).ToList();
        var first = samples.Select(sample => handler.Classify(sample.Payload.Span)).ToList();
        var again = samples.Reverse().Select(sample => handler.Classify(sample.Payload.Span)).Reverse().ToList();
        for (var i = 0; i < first.Count; i++)
            Hold(first[i] == again[i], $"{nameof(handler.Classify)}: {again[i].Kind} the second time instead of {first[i].Kind}, {Show(samples[i].Payload.Span)}");
        for (var i = 0; i < copies.Count; i++)
            Hold(copies[i].AsSpan().SequenceEqual(samples[i].Payload.Span), $"{nameof(handler.Classify)} changes the message {Show(copies[i])}");
    }

    private void Allocation()
    {
        if (MayAllocate)
            return;
        var handler = CreateHandler();
        foreach (var sample in GivenSamples())
        {
            var message = sample.Payload.Span;
            for (var i = 0; i < 50; i++)
                handler.Classify(message);
            // The runtime may allocate for itself once; a handler does each time.
            var least = long.MaxValue;
            for (var attempt = 0; attempt < 5; attempt++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 20; i++)
                    handler.Classify(message);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Hold(least == 0, $"{nameof(handler.Classify)} allocates {least / 20} bytes for {Show(message)}");
        }
    }

    private void Names()
    {
        var handler = CreateHandler();
        Span<byte> scratch = stackalloc byte[LongestKey];
        foreach (var sample in GivenSamples())
        {
            var classification = handler.Classify(sample.Payload.Span);
            var key = KeyOf(handler, classification, sample.Payload.Span, scratch);
            if (classification.Kind == MessageKind.Update)
                Hold(handler.TopicOf(key) == handler.TopicOf(key), $"{nameof(handler.TopicOf)}: another topic the second time, {Show(sample.Payload.Span)}");
            else if (classification.Kind == MessageKind.Response)
                Hold(handler.RequestIdOf(key) == handler.RequestIdOf(key), $"{nameof(handler.RequestIdOf)}: another id the second time, {Show(sample.Payload.Span)}");
        }
    }

    private void Subscriptions()
    {
        var handler = CreateHandler();
        Hold(handler.MaxTopicsPerMessage >= 1, $"MaxTopicsPerMessage is {handler.MaxTopicsPerMessage}.");
        Hold(Topics.Count >= 2, "Fewer than two topics are given.");
        var many = Enumerable.Range(0, Math.Min(handler.MaxTopicsPerMessage, 1_000)).Select(i => Topics[i % Topics.Count]).Distinct().ToList();
        foreach (var topics in new[] { [Topics[0]], many })
        {
            var subscribe = Build(nameof(handler.BuildSubscribe), handler.BuildSubscribe);
            var unsubscribe = Build(nameof(handler.BuildUnsubscribe), handler.BuildUnsubscribe);
            Hold(!subscribe.Payload.IsEmpty, $"{nameof(handler.BuildSubscribe)}: the message is empty for {topics[0]}.");
            Hold(!subscribe.Payload.Span.SequenceEqual(unsubscribe.Payload.Span), $"{nameof(handler.BuildUnsubscribe)}: the same as {nameof(handler.BuildSubscribe)}, {Show(subscribe.Payload.Span)}");
            Hold(!subscribe.ToString().Contains(Show(subscribe.Payload.Span), StringComparison.Ordinal), $"{nameof(handler.BuildSubscribe)}: the text of the message shows its payload, {Show(subscribe.Payload.Span)}");

            OutboundMessage Build(string member, Func<IReadOnlyList<Topic>, RequestId, OutboundMessage> build)
            {
                try
                {
                    return build(topics, handler.NextRequestId());
                }
                catch (Exception e)
                {
                    throw new HandlerConformanceException($"{member} throws {e.GetType().Name} ({e.Message}) on {string.Join(", ", topics.Take(3))}", e);
                }
            }
        }
    }

    private void RequestIds()
    {
        var handler = CreateHandler();
        var ids = Enumerable.Range(0, 1_000).Select(_ => handler.NextRequestId()).ToList();
        Hold(ids.Distinct().Count() == ids.Count, $"{nameof(handler.NextRequestId)}: an id came twice.");
        Hold(ids.All(id => id != default), $"{nameof(handler.NextRequestId)}: an id is empty.");
    }

    private async Task LoginAsync()
    {
        var handler = CreateHandler();
        if (!handler.RequiresAuthentication)
            return;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var connect = 0; connect < 2; connect++)
        {
            var login = await handler.BuildAuthenticationAsync(deadline.Token).ConfigureAwait(false);
            Hold(!login.Payload.IsEmpty, $"{nameof(handler.BuildAuthenticationAsync)}: the login is empty.");
            Hold(!handler.ToString()!.Contains(Show(login.Payload.Span), StringComparison.Ordinal), $"{nameof(handler.ToString)} shows the login.");
            Hold(handler.IsSensitive(login.Payload.Span), $"{nameof(handler.IsSensitive)} is false of the login: the log would show it where a caller sends it as a request.");
        }

        Hold(handler.AuthenticationLifetime is not { } lifetime || lifetime > TimeSpan.Zero, $"{nameof(handler.AuthenticationLifetime)} is not above 0.");
    }

    private void Ping()
    {
        var handler = CreateHandler();
        if (handler.BuildPing() is not { } ping)
            return;
        Hold(!ping.Payload.IsEmpty, $"{nameof(handler.BuildPing)}: the ping is empty; null says that there is none.");
        Hold(handler.Classify(ping.Payload.Span).Kind != MessageKind.Update, $"{nameof(handler.Classify)}: the ping would be an update if it came back, {Show(ping.Payload.Span)}");
    }
}
