using System.Runtime.InteropServices;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>The limit of open files of this process and of those that it starts (getrlimit(2)).</summary>
internal static partial class OpenFiles
{
    /// <summary>Raises the limit to at least <paramref name="count"/>, or throws that the row is skipped.</summary>
    public static void Require(int count)
    {
        if (OperatingSystem.IsWindows())
            return;
        var resource = OperatingSystem.IsMacOS() ? 8 : 7;
        if (GetLimit(resource, out var limit) != 0)
            throw new SkippedException($"the limit of open files cannot be read: error {Marshal.GetLastPInvokeError()}");
        if (limit.Soft >= (nuint)count)
            return;
        if (limit.Hard < (nuint)count)
            throw new SkippedException($"{count} open files are needed, and the hard limit is {limit.Hard}");
        if (SetLimit(resource, limit with { Soft = (nuint)count }) != 0)
            throw new SkippedException($"the limit of open files, {limit.Soft}, cannot be raised to {count}: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(nuint Soft, nuint Hard);
}
