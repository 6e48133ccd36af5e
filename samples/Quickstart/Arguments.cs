using System.Globalization;
using AkkaWs.Testing;

namespace Quickstart;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(string? Capture, Uri? Url, IReadOnlyList<string> Topics, double Seconds, ExchangeVenue? Venue)
{
    /// <summary>Null if it makes no sense.</summary>
    public static Arguments? Parse(string[] args)
    {
        var parsed = new Arguments(null, null, [], 10, null);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
                return null;
            var value = args[i + 1];
            switch (args[i])
            {
                case "--capture":
                    parsed = parsed with { Capture = value };
                    break;
                case "--venue" when Enum.TryParse<ExchangeVenue>(value, ignoreCase: true, out var venue) && Enum.IsDefined(venue):
                    parsed = parsed with { Venue = venue };
                    break;
                case "--url" when Uri.TryCreate(value, UriKind.Absolute, out var url):
                    parsed = parsed with { Url = url };
                    break;
                case "--topic":
                    parsed = parsed with { Topics = [.. parsed.Topics, value] };
                    break;
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds > 0:
                    parsed = parsed with { Seconds = seconds };
                    break;
                default:
                    return null;
            }
        }

        var ways = (parsed.Url is null ? 0 : 1) + (parsed.Capture is null ? 0 : 1) + (parsed.Venue is null ? 0 : 1);
        return parsed.Url is not null == parsed.Topics.Count > 0 && ways <= 1 ? parsed : null;
    }
}
