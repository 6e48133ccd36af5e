using System.Diagnostics;
using Akka.Actor;

namespace AkkaWs.Tests.Support;

/// <summary>What is held at one moment: by the process, and by one actor system. Meaningful only where no other test runs.</summary>
/// <param name="Handles">Handles of the operating system: sockets, pipes, files; where it tells, without those of assemblies and their symbols, which the runtime opens when it needs them and keeps.</param>
/// <param name="Actors">Actors of users' code.</param>
internal sealed record Footprint(int Handles, int Actors)
{
    private const string Links = "/proc/self/fd";

    public static Footprint Of(ActorSystem system) => new(CountHandles(), Count(((ExtendedActorSystem)system).Guardian));

    /// <summary>The managed heap in bytes, after a full collection.</summary>
    public static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    /// <summary>The handles by their kinds, where the system tells.</summary>
    public static string DescribeHandles() =>
        Directory.Exists(Links) ? string.Join(", ", Kinds().GroupBy(kind => kind).OrderByDescending(kind => kind.Count()).Select(kind => $"{kind.Count()} {kind.Key}")) : "";

    private static int CountHandles()
    {
        if (Directory.Exists(Links))
            return Kinds().Count();
        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }

    private static IEnumerable<string> Kinds() => Directory.EnumerateFiles(Links).Select(KindOf).Where(kind => Path.GetExtension(kind) is not (".dll" or ".pdb"));

    private static string KindOf(string link)
    {
        try
        {
            return (File.ResolveLinkTarget(link, returnFinalTarget: false)?.Name ?? "gone").Split(':')[0];
        }
        catch (IOException)
        {
            return "gone";
        }
    }

    private static int Count(IActorRef actor) => 1 + (actor is ActorRefWithCell withCell ? withCell.Children.Sum(Count) : 0);
}
