namespace AkkaWs.Testing;

/// <summary>
/// What an account, or an address without a login, may still ask: a pool of credits for subscribe messages, one for the matching engine (first tier) and one for all else
/// (https://docs.deribit.com/articles/rate-limits).
/// </summary>
internal sealed class DeribitCredits
{
    private readonly CreditPool _subscriptions = new(cost: 3_000, most: 30_000, refillPerSecond: 10_000);
    private readonly CreditPool _orders = new(cost: 1, most: 20, refillPerSecond: 5);
    private readonly CreditPool _others = new(cost: 500, most: 50_000, refillPerSecond: 10_000);

    /// <summary>Whether there were credits for a call; time is in Unix milliseconds.</summary>
    internal bool TryTake(string method, long now) => method switch
    {
        "public/subscribe" or "private/subscribe" => _subscriptions.TryTake(now),
        "private/buy" or "private/sell" or "private/edit" or "private/cancel" or "private/cancel_all" => _orders.TryTake(now),
        _ => _others.TryTake(now),
    };

    private sealed class CreditPool(int cost, int most, int refillPerSecond)
    {
        private const int Thousandths = 1_000;

        private long _credits = (long)most * Thousandths;
        private long _at = long.MaxValue;

        public bool TryTake(long now)
        {
            _credits = Math.Min((long)most * Thousandths, _credits + (Math.Max(0, now - _at) * refillPerSecond));
            _at = now;
            if (_credits < (long)cost * Thousandths)
                return false;
            _credits -= (long)cost * Thousandths;
            return true;
        }
    }
}
