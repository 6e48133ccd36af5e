using AkkaWs.Errors;

namespace AkkaWs.Exchanges;

/// <summary>Simple providers of credentials. Those of the same key, the same variables or the same function are equal.</summary>
public static class CredentialsProvider
{
    /// <summary>Always the same key.</summary>
    public static ICredentialsProvider Fixed(ApiCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return new Delegated((credentials.Key, credentials.Secret, credentials.Passphrase), _ => new ValueTask<ApiCredentials>(credentials));
    }

    /// <summary>
    /// The environment variables <c>PREFIX_API_KEY</c>, <c>PREFIX_API_SECRET</c> and, if there is one, <c>PREFIX_API_PASSPHRASE</c>, read at each login.
    /// </summary>
    /// <param name="prefix">For example <c>BYBIT</c>.</param>
    /// <returns>A provider that throws <see cref="MissingCredentialsException"/>, which names the variable, where one of the first two is not set.</returns>
    public static ICredentialsProvider FromEnvironment(string prefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix);
        return new Delegated(prefix, _ => new ValueTask<ApiCredentials>(new ApiCredentials(
            Required($"{prefix}_API_KEY"), Required($"{prefix}_API_SECRET"), Environment.GetEnvironmentVariable($"{prefix}_API_PASSPHRASE"))));
    }

    /// <summary>What <paramref name="get"/> gives, asked at each login.</summary>
    public static ICredentialsProvider From(Func<CancellationToken, ValueTask<ApiCredentials>> get)
    {
        ArgumentNullException.ThrowIfNull(get);
        return new Delegated(get, get);
    }

    private static string Required(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? value
            : throw new MissingCredentialsException($"the environment variable {variable}");

    // Equal where its keys are from the same source: by that, handlers of one account are told from those of another.
    private sealed class Delegated(object source, Func<CancellationToken, ValueTask<ApiCredentials>> get) : ICredentialsProvider
    {
        private readonly object _source = source;

        public ValueTask<ApiCredentials> GetAsync(CancellationToken cancellationToken) => get(cancellationToken);

        public override bool Equals(object? obj) => obj is Delegated other && other._source.Equals(_source);

        public override int GetHashCode() => _source.GetHashCode();

        public override string ToString() => nameof(CredentialsProvider);
    }
}
