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
            var fed = await kit.FeedAsync(sample.Payload, isBinary: false).ConfigureAwait(false);
            Hold(fed.Kind == sample.Kind, $"This is {fed.Kind} instead of {sample.Kind}: {Show(sample.Payload.Span)}");
            var key = fed.Topic?.Value ?? fed.RequestId?.Value;
            Hold(sample.Key is null || key == sample.Key, $"The key is {key} instead of {sample.Key}: {Show(sample.Payload.Span)}");
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
        foreach (var sample in Samples)
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
        try
        {
            var classification = handler.Classify(message);
            Span<byte> scratch = stackalloc byte[LongestKey];
            var key = KeyOf(handler, classification, message, scratch);
            switch (classification.Kind)
            {
                case MessageKind.Update when !key.IsEmpty:
                    handler.TopicOf(key);
                    handler.SequenceOf(message);
                    handler.PreviousSequenceOf(message);
                    handler.KindOf(message);
                    handler.ConflationKeyOf(message);
                    break;
                case MessageKind.Response:
                    Hold(!key.IsEmpty, $"A response has no key: {Show(message)}");
                    handler.RequestIdOf(key);
                    handler.TryLearn(message, out _);
                    break;
                case MessageKind.Control:
                    handler.TryLearn(message, out _);
                    break;
                case MessageKind.System:
                    handler.IsServerPing(message);
                    handler.IsPong(message);
                    break;
                case MessageKind.Batch:
                    for (var end = 0; handler.TryReadPart(message, end, out var start, out var length); end = start + length)
                        Hold(start >= end && length > 0 && start + length <= message.Length, $"A part of a batch is out of bounds: {Show(message)}");
                    break;
            }
        }
        catch (Exception e) when (e is not HandlerConformanceException)
        {
            throw new HandlerConformanceException($"{e.GetType().Name} ({e.Message}) on: {Show(message)}", e);
        }
    }

    private static ReadOnlySpan<byte> KeyOf(ProtocolHandler handler, Classification classification, ReadOnlySpan<byte> message, Span<byte> scratch)
    {
        if (classification.IsComposed)
            return scratch[..Math.Max(handler.ComposeKey(message, scratch), 0)];
        Hold(classification.KeyStart >= 0 && classification.KeyStart + classification.KeyLength <= message.Length, $"The key is out of bounds: {Show(message)}");
        return classification.KeyOf(message);
    }

    private void Purity()
    {
        var handler = CreateHandler();
        var first = Samples.Select(sample => handler.Classify(sample.Payload.Span)).ToList();
        var again = Samples.Reverse().Select(sample => handler.Classify(sample.Payload.Span)).Reverse().ToList();
        for (var i = 0; i < first.Count; i++)
            Hold(first[i] == again[i], $"Classified differently the second time: {Show(Samples[i].Payload.Span)}");
        var copies = Samples.Select(sample => sample.Payload.ToArray()).ToList();
        for (var i = 0; i < copies.Count; i++)
            Hold(copies[i].AsSpan().SequenceEqual(Samples[i].Payload.Span), "A message was changed.");
    }

    private void Allocation()
    {
        if (MayAllocate)
            return;
        var handler = CreateHandler();
        foreach (var sample in Samples)
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

            Hold(least == 0, $"Classify allocates {least / 20} bytes for: {Show(message)}");
        }
    }

    private void Names()
    {
        var handler = CreateHandler();
        Span<byte> scratch = stackalloc byte[LongestKey];
        foreach (var sample in Samples)
        {
            var classification = handler.Classify(sample.Payload.Span);
            var key = KeyOf(handler, classification, sample.Payload.Span, scratch);
            if (classification.Kind == MessageKind.Update)
                Hold(handler.TopicOf(key) == handler.TopicOf(key), $"The topic changes: {Show(sample.Payload.Span)}");
            else if (classification.Kind == MessageKind.Response)
                Hold(handler.RequestIdOf(key) == handler.RequestIdOf(key), $"The id changes: {Show(sample.Payload.Span)}");
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
            var subscribe = handler.BuildSubscribe(topics, handler.NextRequestId());
            var unsubscribe = handler.BuildUnsubscribe(topics, handler.NextRequestId());
            Hold(!subscribe.Payload.IsEmpty, "The subscribe message is empty.");
            Hold(!subscribe.Payload.Span.SequenceEqual(unsubscribe.Payload.Span), $"Unsubscribing is the same as subscribing: {Show(subscribe.Payload.Span)}");
            Hold(!subscribe.ToString().Contains(Show(subscribe.Payload.Span), StringComparison.Ordinal), "A message shows its payload in its text.");
        }
    }

    private void RequestIds()
    {
        var handler = CreateHandler();
        var ids = Enumerable.Range(0, 1_000).Select(_ => handler.NextRequestId()).ToList();
        Hold(ids.Distinct().Count() == ids.Count, "A request id came twice.");
        Hold(ids.All(id => id != default), "A request id is empty.");
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
            Hold(!login.Payload.IsEmpty, "The login is empty.");
            Hold(!handler.ToString()!.Contains(Show(login.Payload.Span), StringComparison.Ordinal), "The handler shows its login in its text.");
        }

        Hold(handler.AuthenticationLifetime is not { } lifetime || lifetime > TimeSpan.Zero, "AuthenticationLifetime is not above 0.");
    }

    private void Ping()
    {
        var handler = CreateHandler();
        if (handler.BuildPing() is not { } ping)
            return;
        Hold(!ping.Payload.IsEmpty, "The ping is empty; null says that there is none.");
        Hold(handler.Classify(ping.Payload.Span).Kind != MessageKind.Update, "The ping would be an update if it came back.");
    }
}
