using System.Runtime.Serialization;
using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration cannot be read, or lacks what a component must have.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message) : base(message)
    {
    }

    public ConfigurationException(string message, Exception exception) : base(message, exception)
    {
    }

    protected ConfigurationException(SerializationInfo info, StreamingContext context) : base(info, context)
    {
    }

    /// <summary>The error for a component of type <typeparamref name="T"/> whose section, at <paramref name="path"/>, is absent or empty.</summary>
    public static ConfigurationException NullOrEmptyConfig<T>(string path = null) => new(
        string.IsNullOrWhiteSpace(path)
            ? $"Failed to instantiate {typeof(T).Name}: Configuration is null or empty"
            : $"Failed to instantiate {typeof(T).Name}: Configuration does not contain `{path}` node");
}
