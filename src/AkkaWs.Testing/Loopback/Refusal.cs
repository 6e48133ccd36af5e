using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>How upgrades are answered instead of 101; <c>Times</c> counts down, null stands for every one.</summary>
internal sealed class Refusal(HttpStatusCode status, TimeSpan? retryAfter, int? times)
{
    private int _left = times ?? int.MaxValue;

    internal bool TryTake() => times is null || Interlocked.Decrement(ref _left) >= 0;

    internal void Answer(HttpResponse response)
    {
        response.StatusCode = (int)status;
        response.ContentLength = 0;
        if (retryAfter is { } delay)
            response.Headers.RetryAfter = ((long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
