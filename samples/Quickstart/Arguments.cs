using System.Globalization;

namespace Quickstart;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(string? Capture, Uri? Url, IReadOnlyList<string> Topics, double Seconds)
{
    /// <summary>Null if it makes no sense.</summary>
    public static Arguments? Parse(string[] args)
    {
        var parsed = new Arguments(null, null, [], 10);
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

        return parsed.Url is not null == parsed.Topics.Count > 0 && (parsed.Url is null || parsed.Capture is null) ? parsed : null;
    }
}
