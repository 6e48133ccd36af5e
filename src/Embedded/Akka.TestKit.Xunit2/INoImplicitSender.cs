namespace Akka.TestKit;

/// <summary>Marks tests whose <c>Tell</c> without a sender has none, instead of the test actor.</summary>
public interface INoImplicitSender;
