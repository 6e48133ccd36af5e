using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>Half the rate at which the wire alone receives, measured once: contenders that share it are sent the same.</summary>
internal sealed class HalfOfWire(BlasterProcess blaster)
{
    private BlasterScript? _script;

    public async Task<BlasterScript> ScriptAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (_script is not null)
            return _script;
        var wire = new WireContender(blaster, new BlasterScript());
        await wire.MeasureAsync(duration / 2, cancellationToken); // compiles the code
        var millions = (await wire.MeasureAsync(duration / 2, cancellationToken))[0];
        return _script = new BlasterScript { Rate = (int)(millions * 1_000_000 / 2) };
    }
}

/// <summary>A contender at that rate.</summary>
internal sealed class PacedContender(HalfOfWire pace, Func<BlasterScript, IContender> create) : IContender
{
    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        await create(await pace.ScriptAsync(duration, cancellationToken)).MeasureAsync(duration, cancellationToken);
}
