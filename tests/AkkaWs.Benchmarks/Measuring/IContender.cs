namespace AkkaWs.Benchmarks.Measuring;

/// <summary>One side of a race. It sets up, warms up, measures and cleans up within the call: nothing of it runs while another contender is measured.</summary>
internal interface IContender
{
    /// <summary>How many rounds it runs whatever is asked for, without a warm-up; null: as many as asked for.</summary>
    int? Rounds => null;

    /// <summary>How long a round may take beyond the time that it measures.</summary>
    TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>Measures for about <paramref name="duration"/> and returns the figures, in the units of the rows that show them.</summary>
    /// <exception cref="SkippedException">This machine cannot measure it.</exception>
    Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken);
}
