using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>A logger that is there before any actor is: it is told on the thread that logs.</summary>
public abstract class MinimalLogger : ActorRefBase
{
    public sealed override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems"), "/StandardOutLogger");

    protected abstract void Log(object message);

    protected sealed override void TellInternal(object message, IActorRef sender) => Log(message);
}

public class StandardOutLogger : MinimalLogger
{
    internal static readonly StandardOutLogger Shared = new();
    private static readonly Lock Gate = new();

    public static bool UseColors { get; set; } = true;

    public static ConsoleColor DebugColor { get; set; } = ConsoleColor.Gray;

    public static ConsoleColor InfoColor { get; set; } = ConsoleColor.White;

    public static ConsoleColor WarningColor { get; set; } = ConsoleColor.Yellow;

    public static ConsoleColor ErrorColor { get; set; } = ConsoleColor.Red;

    protected override void Log(object message) => Print(message as LogEvent);

    internal static void Print(LogEvent logEvent)
    {
        if (logEvent is null)
            return;
        lock (Gate)
        {
            if (!UseColors || Console.IsOutputRedirected)
            {
                Console.WriteLine(logEvent);
                return;
            }

            var before = Console.ForegroundColor;
            Console.ForegroundColor = logEvent.LogLevel() switch
            {
                LogLevel.DebugLevel => DebugColor,
                LogLevel.InfoLevel => InfoColor,
                LogLevel.WarningLevel => WarningColor,
                _ => ErrorColor,
            };
            Console.WriteLine(logEvent);
            Console.ForegroundColor = before;
        }
    }
}

/// <summary>The logger that a system has unless <c>akka.loggers</c> names others: it writes to standard output.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent) => StandardOutLogger.Print(logEvent);
}

/// <summary>The mailbox of a logger.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics;
