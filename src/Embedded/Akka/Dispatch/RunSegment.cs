using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// A part of the <see cref="RunQueue"/>: who adds claims the next slot with one interlocked increment and publishes the mailbox into it, who takes moves
/// the head past it.
/// </summary>
/// <remarks>
/// Many actors that get a message each are more memory than fits into the processor's cache. So whoever takes a run asks for the memory of those that
/// come after it: the references of some, the cells of nearer ones, the actors of the next.
/// </remarks>
internal sealed class RunSegment
{
    private const int Size = 256;
    private const int ReferencesAhead = 6;
    private const int CellsAhead = 4;
    private const int ActorsAhead = 2;

    private static readonly RunSegment Left = new(0);

    private readonly ScheduledRun[] _slots;
    private RunSegment _next;
    private Ends _ends;

    public RunSegment()
        : this(Size)
    {
    }

    private RunSegment(int size) => _slots = new ScheduledRun[size];

    /// <summary>The segment after this one; null while there is none, and when this one has been left.</summary>
    public RunSegment Next => Volatile.Read(ref _next) is { } next && next != Left ? next : null;

    /// <summary>Whether all its slots were taken.</summary>
    public bool IsSpent => Volatile.Read(ref _ends.Head) >= Size;

    /// <summary>Whether a run waits in it.</summary>
    public bool HasRuns
    {
        get
        {
            var head = Volatile.Read(ref _ends.Head);
            return head < Size && head < Volatile.Read(ref _ends.Tail);
        }
    }

    public bool TryAdd(Mailbox mailbox, object message, IActorRef sender)
    {
        if (Volatile.Read(ref _ends.Tail) >= Size)
            return false;
        var index = Interlocked.Increment(ref _ends.Tail) - 1;
        if (index >= Size)
            return false;
        ref var slot = ref _slots[index];
        slot.Message = message;
        slot.Sender = sender;
        Volatile.Write(ref slot.Mailbox, mailbox);
        return true;
    }

    /// <summary>The segment after this full one; null if this one has been left.</summary>
    public RunSegment Following()
    {
        var next = Volatile.Read(ref _next);
        if (next is null)
        {
            var fresh = new RunSegment();
            next = Interlocked.CompareExchange(ref _next, fresh, null) ?? fresh;
        }

        return next == Left ? null : next;
    }

    /// <summary>Head and tail are beyond it: a segment that an old generation still holds must not keep all those alive that came after it.</summary>
    public void Leave() => Volatile.Write(ref _next, Left);

    public bool TryTake(out ScheduledRun run)
    {
        run = default;
        int index;
        do
        {
            index = Volatile.Read(ref _ends.Head);
            if (index >= Size || index >= Volatile.Read(ref _ends.Tail))
                return false;
        }
        while (Interlocked.CompareExchange(ref _ends.Head, index + 1, index) != index);

        ref var slot = ref _slots[index];
        if (Volatile.Read(ref slot.Mailbox) is null)
            AwaitPublished(ref slot);
        run = slot;
        slot = default;
        if (Sse.IsSupported && index + ReferencesAhead < Size)
            Prefetch(index);
        return true;
    }

    // Its producer is between the claim and the mailbox.
    private static void AwaitPublished(ref ScheduledRun slot)
    {
        var filling = new SpinWait();
        while (Volatile.Read(ref slot.Mailbox) is null)
            filling.SpinOnce(sleep1Threshold: -1);
    }

    private void Prefetch(int taken)
    {
        var slots = _slots;
        if (slots[taken + ReferencesAhead].Mailbox is { } mailbox)
            PrefetchTwoLines(mailbox, 0);
        if (slots[taken + CellsAhead].Mailbox is { Cell: { } cell })
            PrefetchTwoLines(cell, 0);
        if (slots[taken + ActorsAhead] is { Mailbox.Cell.Actor: { } actor, Message: { } message })
        {
            // What its constructor has made, its handlers, mostly stands behind it.
            PrefetchTwoLines(actor, 0);
            PrefetchTwoLines(actor, 128);
            PrefetchTwoLines(actor, 256);
            PrefetchTwoLines(message, 0);
        }
    }

    // Lines of an object. That it may move meanwhile does no harm: its address is no more than a hint.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void PrefetchTwoLines(object instance, int offset)
    {
        var start = *(byte**)Unsafe.AsPointer(ref instance) + offset;
        Sse.Prefetch0(start);
        Sse.Prefetch0(start + 64);
    }

    // Each on lines of its own: the one belongs to those who take, the other to those who add.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Ends
    {
        [FieldOffset(64)]
        public int Head;

        [FieldOffset(128)]
        public int Tail;
    }
}
