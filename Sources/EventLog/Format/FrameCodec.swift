import CZstd

/// Compresses the lines of frames; the context is kept, since making one costs more than a small frame.
final class FrameCompressor {
    private let context: OpaquePointer

    /// Makes a compressor of zstd's `level`, with the content check on.
    ///
    /// `hashLog` is the size of its table of matches, as a power of two, where it is not to be the level's own.
    init(level: Int32, hashLog: Int32? = nil) throws(EventLogError) {
        guard let context = ZSTD_createCCtx() else { throw .zstd("no memory for a compressor") }
        self.context = context
        var parameters = [(ZSTD_c_compressionLevel, level), (ZSTD_c_checksumFlag, 1)]
        if let hashLog { parameters.append((ZSTD_c_hashLog, hashLog)) }
        for (parameter, value) in parameters {
            let answer = ZSTD_CCtx_setParameter(context, parameter, value)
            guard ZSTD_isError(answer) == 0 else { throw .zstd(String(cString: ZSTD_getErrorName(answer))) }
        }
    }

    deinit {
        ZSTD_freeCCtx(self.context)
    }

    /// Bytes that `size` bytes may become at most.
    static func bound(_ size: Int) -> Int { ZSTD_compressBound(size) }

    /// Compresses `source` into one zstd frame at the start of `target`; answers its size.
    func compress(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) throws(EventLogError) -> Int {
        let answer = ZSTD_compress2(self.context, target.baseAddress, target.count, source.baseAddress, source.count)
        guard ZSTD_isError(answer) == 0 else { throw .zstd(String(cString: ZSTD_getErrorName(answer))) }
        return answer
    }
}

/// Decompresses data frames, and refuses those that would need more memory than their header was allowed to ask for.
final class FrameDecompressor {
    /// The largest window, as a power of two: 8 MiB.
    static let windowLogMax: Int32 = 23

    private let context: OpaquePointer

    init() throws(EventLogError) {
        guard let context = ZSTD_createDCtx() else { throw .zstd("no memory for a decompressor") }
        self.context = context
        let answer = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogMax)
        guard ZSTD_isError(answer) == 0 else { throw .zstd(String(cString: ZSTD_getErrorName(answer))) }
    }

    deinit {
        ZSTD_freeDCtx(self.context)
    }

    /// Decompresses `stored`, one whole zstd frame, to exactly `rawSize` bytes at the start of `target`.
    ///
    /// - Throws: ``LogDamage/Cause`` `.zstd`; `target` grows only after the frame's own head agreed to `rawSize`.
    func decompress(
        _ stored: UnsafeRawBufferPointer,
        rawSize: Int,
        into target: Scratch
    ) throws(LogDamage.Cause) {
        let head = try ZstdFrameHeader(parsing: stored)
        guard head.contentSize == UInt64(rawSize), rawSize <= FrameHeader.rawSizeMax else { throw .zstd(.size) }
        guard head.windowSize <= 1 << Self.windowLogMax else { throw .zstd(.window) }
        guard head.hasChecksum, !head.hasDictionary else { throw .zstd(.options) }
        guard ZSTD_findFrameCompressedSize(stored.baseAddress, stored.count) == stored.count else {
            throw .zstd(.blocks)
        }
        target.reserve(rawSize)
        let room = UnsafeMutableRawBufferPointer(rebasing: target.bytes[..<rawSize])
        let answer = ZSTD_decompressDCtx(
            self.context,
            room.baseAddress,
            room.count,
            stored.baseAddress,
            stored.count
        )
        guard answer == rawSize else { throw .zstd(.content) }
    }
}
