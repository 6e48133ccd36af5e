using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AkkaWs.Routing;

/// <summary>
/// Asks the processor to bring into its cache what is looked at soon, where it can be asked. With many topics most of an update's time goes by in waiting
/// for memory; asked for together, many pieces of it come at once.
/// </summary>
internal static unsafe class Cache
{
    private const int Line = 64;

    /// <summary>Brings a value of at most two lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<T>(ref T value)
        where T : struct
    {
        if (!Sse.IsSupported)
            return;
        var start = (byte*)Unsafe.AsPointer(ref value);
        Sse.Prefetch0(start);
        Sse.Prefetch0(start + Math.Min(Unsafe.SizeOf<T>() - 1, Line));
    }

    /// <summary>Brings the first two lines of an object. That it may move meanwhile does no harm: its address is no more than a hint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(object instance)
    {
        if (!Sse.IsSupported)
            return;
        var start = *(byte**)Unsafe.AsPointer(ref instance);
        Sse.Prefetch0(start);
        Sse.Prefetch0(start + Line);
    }
}
