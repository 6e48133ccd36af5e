using System.Buffers.Binary;

namespace AkkaWs.Wire;

/// <summary>
/// Turns the bytes of reads into batches of messages. Whole messages stay where the read put them; fragments and frames
/// larger than a slab are assembled. Knows no stream: <see cref="GetMemory"/> says where the next read goes, <see cref="Advance"/> parses what came.
/// </summary>
internal sealed partial class FrameReader(WireOptions options, IPingSink pings, IInflater? inflater)
{
    /// <summary>Frames smaller than this are cheaper to carry over to the next slab than to read round.</summary>
    private const int WorthAligning = 2048;

    private readonly BatchPool _pool = new();
    private readonly AssemblyBuffer _assembly = new();
    // Four frames of 16 KiB, headers and all, fill a slab of 64 KiB: one header for each 4 KiB has room beyond its nominal size.
    private readonly SlabPool _slabs = SlabPool.Of(options.SlabSize + options.SlabSize / 4096 * FrameHeader.MaxUnmasked);
    private readonly int _maxInPlace = options.SlabSize - FrameHeader.MaxUnmasked;

    private Slab? _slab;
    private int _pos;
    private int _end;
    private long _slabOffset;

    // The size of the last frame that was taken in place: the guess for the next one.
    private int _lastFrame;

    private MessageBatch? _batch;
    private Utf8Validator _utf8;
    private int _partialValidated;

    private WireOpcode _message;
    private bool _messageCompressed;
    private int _fragments;
    private long _frameOffset;
    private long _streamLeft;
    private bool _streamFinal;
    private bool _streaming;

    private long _controlWindowStart;
    private int _controlWindowCount;

    /// <summary>Set once the peer broke a rule or a limit; nothing is parsed after it.</summary>
    public WireException? Failure { get; private set; }

    /// <summary>Set once the peer's close frame was read; nothing is parsed after it.</summary>
    public WireCloseStatus? Close { get; private set; }

    public bool IsEnded => Failure is not null || Close is not null;

    /// <summary>Whether a message has begun and not ended.</summary>
    public bool IsMidMessage => IsMidFrame || _fragments > 0;

    /// <summary>Whether a frame has begun and not ended.</summary>
    public bool IsMidFrame => _pos < _end || _streaming;

    private long Offset => _streaming ? _frameOffset : _slabOffset + _pos;

    /// <summary>Whether messages are complete that <see cref="TakeBatch"/> has not given.</summary>
    public bool HasBatch => _batch is not null;

    /// <summary>Whether a further read may add to the batch that has begun, and is worth it.</summary>
    public bool HasRoomInBatch => !_streaming && !IsEnded && _slab is not null && _slabs.Size - _end >= _slabs.Size / 4 && !NeedsFreshSlab();

    /// <summary>The messages completed since the last call; null when there are none.</summary>
    public MessageBatch? TakeBatch()
    {
        var batch = _batch;
        _batch = null;
        return batch;
    }

    /// <summary>Lets the slab go while nothing is there to read, unless it holds the beginning of a frame.</summary>
    public void ReleaseIdleBuffers()
    {
        if (_slab is not null && _pos == _end && _slab.IsExclusive)
            ReleaseSlab();
    }

    /// <summary>Where the next read goes; never empty.</summary>
    public Memory<byte> GetMemory()
    {
        if (_streaming)
            return _assembly.GetMemory((int)_streamLeft);
        if (_slab is null)
            StartSlab(default);
        else if (_slab.IsExclusive)
            MoveToFront(_slab);
        else if (NeedsFreshSlab())
            StartSlab(_slab.Array.AsSpan(_pos, _end - _pos));
        return _slab!.Array.AsMemory(_end, ReadLimit() - _end);
    }

    /// <summary>Parses <paramref name="count"/> bytes that were read into the memory given before.</summary>
    public void Advance(int count, long receivedAt)
    {
        if (_streaming)
        {
            var added = _assembly.Written.Length;
            _assembly.Advance(count);
            _slabOffset += count;
            ContinueStream(_assembly.Written[added..], receivedAt);
            return;
        }

        _end += count;
        Parse(receivedAt);
    }

    /// <summary>Returns what is held to the pool.</summary>
    public void Dispose()
    {
        ReleaseSlab();
        _assembly.Clear();
        _batch?.Release();
        _batch = null;
    }

    private void ReleaseSlab()
    {
        _slab?.Release(kept: false);
        _slab = null;
        _slabOffset += _end;
        _pos = _end = 0;
    }

    private void StartSlab(ReadOnlySpan<byte> begun)
    {
        var fresh = new Slab(_slabs);
        begun.CopyTo(fresh.Array);
        _slab?.Release(kept: false);
        _slab = fresh;
        _slabOffset += _pos;
        _end = begun.Length;
        _pos = 0;
    }

    private void MoveToFront(Slab slab)
    {
        if (_pos == 0)
            return;
        slab.Array.AsSpan(_pos, _end - _pos).CopyTo(slab.Array);
        _slabOffset += _pos;
        _end -= _pos;
        _pos = 0;
    }

    /// <summary>A slab that batches still use is filled up, except for a rest too small to be worth a read, or too small for the next frame.</summary>
    private bool NeedsFreshSlab()
    {
        var room = _slabs.Size - _end;
        return room < Math.Max(1, _slabs.Size / 32) || _pos + NextFrameSize() > _slabs.Size;
    }

    /// <summary>
    /// Where a read should end. Large messages of one size are the usual case of a feed of snapshots: a read that ends with the last of them that fits
    /// the slab leaves no begun frame to carry over to the next slab.
    /// </summary>
    private int ReadLimit()
    {
        if (_lastFrame < WorthAligning)
            return _slabs.Size;
        var next = _pos + NextFrameSize();
        return next > _slabs.Size ? _slabs.Size : (int)(next + ((_slabs.Size - next) / _lastFrame * _lastFrame));
    }

    /// <summary>The size of the next frame, announced or guessed; at least the size of a header.</summary>
    private long NextFrameSize()
    {
        var begun = _slab!.Array.AsSpan(_pos, _end - _pos);
        var guess = Math.Max(FrameHeader.MaxUnmasked, _lastFrame < WorthAligning ? 0 : _lastFrame);
        if (begun.Length < 2)
            return guess;
        return (begun[1] & FrameHeader.LengthBits) switch
        {
            FrameHeader.Length16 => begun.Length < 4 ? guess : 4 + BinaryPrimitives.ReadUInt16BigEndian(begun[2..]),
            FrameHeader.Length64 => begun.Length < 10 ? guess : 10 + (long)BinaryPrimitives.ReadUInt64BigEndian(begun[2..]),
            var length => 2 + length,
        };
    }

    private MessageBatch Batch(long receivedAt)
    {
        if (_batch is { } batch)
            return batch;
        batch = _pool.Rent();
        batch.Begin(receivedAt);
        return _batch = batch;
    }

    private void Fail(WireException failure) => Failure = failure;

    private void FailProtocol(string what, string expected, CloseCode code = CloseCode.ProtocolError) =>
        Fail(new WireProtocolException($"{what} Expected {expected} (RFC 6455, section 5).", code) { Offset = Offset, Expected = expected });

    private void FailUtf8(string what) => Fail(new WireInvalidUtf8Exception(what) { Offset = Offset, Expected = "UTF-8 (RFC 3629)" });

    private void FailTooBig(string what, long size, long limit, string option) =>
        Fail(new WireMessageTooBigException(what, size, limit, option) { Offset = Offset });
}
