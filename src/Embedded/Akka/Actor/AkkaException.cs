using System.Runtime.Serialization;

namespace Akka.Actor;

/// <summary>The base of the engine's own errors.</summary>
public abstract class AkkaException : Exception
{
    protected AkkaException()
    {
    }

    protected AkkaException(string message, Exception cause = null) : base(message, cause)
    {
    }

#pragma warning disable SYSLIB0051 // The signature is that of the public API.
    protected AkkaException(SerializationInfo info, StreamingContext context) : base(info, context)
    {
    }
#pragma warning restore SYSLIB0051

    protected Exception Cause => InnerException;
}
