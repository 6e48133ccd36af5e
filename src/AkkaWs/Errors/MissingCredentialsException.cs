namespace AkkaWs.Errors;

/// <summary>
/// There are no credentials to log in with. Thrown by protocol handlers and by providers of logins and credentials; a connection that cannot log in
/// because of it repeats <see cref="Missing"/> in its reason, while it repeats the message of no other error, which may hold a secret.
/// </summary>
/// <param name="missing">What has to be supplied, such as <c>the environment variable BYBIT_API_KEY</c>: where a secret belongs, never a secret.</param>
public sealed class MissingCredentialsException(string missing) : Exception($"No credentials: {missing} is missing.")
{
    /// <summary>What has to be supplied.</summary>
    public string Missing { get; } = missing;
}
