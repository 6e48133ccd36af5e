using AkkaWs.Errors;

namespace AkkaWs.Options;

/// <summary>The ranges of the section <c>reconnect</c>.</summary>
internal static class ReconnectRules
{
    private const double LargestFactor = 1_000;
    private const int MostFailures = 1_000;

    public static void Check(ReconnectOptions options, OptionChecks check)
    {
        check.DurationOrZero("reconnect.initial-delay", options.InitialDelay);
        check.Duration("reconnect.max-delay", options.MaxDelay);
        if (options.InitialDelay > options.MaxDelay)
            check.Fail("reconnect.initial-delay", OptionChecks.Text(options.InitialDelay), $"at most reconnect.max-delay, {OptionChecks.Text(options.MaxDelay)}");
        check.Real("reconnect.factor", options.Factor, 1, LargestFactor);
        check.Real("reconnect.jitter", options.Jitter, 0, 1);
        // Delays between nothing and twice the initial one, which never grow: no backoff at all.
        if (options is { Jitter: 1, Factor: 1, JitterKind: JitterKind.Proportional })
            check.Fail("reconnect.jitter", "1", "less than 1 where reconnect.factor is 1");
        check.Defined("reconnect.jitter-kind", options.JitterKind);
        check.Count("reconnect.max-attempts", options.MaxAttempts ?? 0, 0, int.MaxValue, orOff: true);
        check.DurationOrZero("reconnect.stable-after", options.StableAfter);
        check.Count("reconnect.max-rejections", options.MaxRejections ?? 0, 0, int.MaxValue, orOff: true);
        check.Defined("reconnect.fail-fast", options.FailFast);
        OptionsValidator.CheckSection("reconnect.slow", options.Slow, check, Check);
        check.DurationOrZero("reconnect.max-retry-after", options.MaxRetryAfter);
        OptionsValidator.CheckSection("reconnect.classes", options.Classes, check, (classes, _) => Check(classes, options, check));
        OptionsValidator.CheckSection("reconnect.circuit", options.Circuit, check, Check);
    }

    private static void Check(IReadOnlyDictionary<ErrorClass, ClassReconnectOptions> classes, ReconnectOptions all, OptionChecks check)
    {
        foreach (var (of, options) in classes)
        {
            check.Defined("reconnect.classes", of);
            var path = $"reconnect.classes.{OptionChecks.Kebab(of)}";
            OptionsValidator.CheckSection(path, options, check, (own, _) => Check(path + ".", of, own, all, check));
        }
    }

    private static void Check(string path, ErrorClass of, ClassReconnectOptions options, ReconnectOptions all, OptionChecks check)
    {
        if (options.InitialDelay is { } slow && of.MayBeSlow())
            check.Duration(path + "initial-delay", slow);
        else if (options.InitialDelay is { } own)
            check.DurationOrZero(path + "initial-delay", own);
        if (options.MaxDelay is { } max)
            check.Duration(path + "max-delay", max);
        if (options is not { InitialDelay: null, MaxDelay: null } && TooLong(of, options, all) is (var initial, var most))
            check.Fail(path + "initial-delay", OptionChecks.Text(initial), $"at most the class's max-delay, {OptionChecks.Text(most)}");
        check.Real(path + "factor", options.Factor ?? 1, 1, LargestFactor);
        check.Count(path + "max-attempts", options.MaxAttempts ?? 0, 0, int.MaxValue);
    }

    // An initial delay that the class's maximum would cut short, wherever the class uses it.
    private static (TimeSpan Initial, TimeSpan Most)? TooLong(ErrorClass of, ClassReconnectOptions options, ReconnectOptions all)
    {
        List<(TimeSpan Initial, TimeSpan Most)> uses = [];
        if (!of.IsAlwaysSlow())
            uses.Add((options.InitialDelay ?? all.InitialDelay, options.MaxDelay ?? all.MaxDelay));
        if (of.MayBeSlow() && all.Slow is { } slow)
            uses.Add((options.InitialDelay ?? Slowly(of, slow), options.MaxDelay ?? slow.Max));
        return uses.Where(use => use.Initial > use.Most).Select(use => ((TimeSpan, TimeSpan)?)use).FirstOrDefault();
    }

    private static TimeSpan Slowly(ErrorClass of, SlowReconnectOptions slow)
    {
        var initial = of.LeastSlowDelay() > slow.Initial ? of.LeastSlowDelay() : slow.Initial;
        return initial < slow.Max ? initial : slow.Max;
    }

    private static void Check(SlowReconnectOptions options, OptionChecks check)
    {
        check.Duration("reconnect.slow.initial", options.Initial);
        check.Duration("reconnect.slow.max", options.Max);
        if (options.Initial > options.Max)
            check.Fail("reconnect.slow.initial", OptionChecks.Text(options.Initial), $"at most reconnect.slow.max, {OptionChecks.Text(options.Max)}");
    }

    private static void Check(CircuitBreakerOptions options, OptionChecks check)
    {
        check.Count("reconnect.circuit.failures", options.Failures ?? 1, 1, MostFailures, orOff: true);
        check.Duration("reconnect.circuit.window", options.Window);
        check.Duration("reconnect.circuit.open-for", options.OpenFor);
        check.Count("reconnect.circuit.max-opens", options.MaxOpens ?? 0, 0, int.MaxValue, orOff: true);
    }
}
