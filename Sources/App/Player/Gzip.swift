import CZlib

/// Compression as `.gz` files have it.
///
/// Source: RFC 1952, through zlib.
enum Gzip {
    /// zlib's code for a gzip header around the largest window.
    private static let windowBits: Int32 = 15 + 16
    /// A guide is text that repeats itself: higher levels take twice the time for a few per cent.
    private static let level: Int32 = 6
    private static let pieceSize = 256 << 10

    static func compress(_ bytes: Span<UInt8>) throws(GzipError) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        let begun = deflateInit2_(
            &stream,
            Self.level,
            Z_DEFLATED,
            Self.windowBits,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            size
        )
        guard begun == Z_OK else { throw GzipError(code: begun) }
        defer { deflateEnd(&stream) }
        var compressed: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        var offset = 0
        var code = Z_OK
        repeat {
            let end = min(offset + Self.pieceSize, bytes.count)
            let flush = end == bytes.count ? Z_FINISH : Z_NO_FLUSH
            code = bytes.extracting(offset..<end).withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                return Self.take(&stream, flush, &piece, &compressed)
            }
            offset = end
        } while code == Z_OK && offset < bytes.count
        guard code == Z_STREAM_END else { throw GzipError(code: code) }
        return compressed
    }

    /// Takes what `stream` has room for until it wants more input.
    private static func take(
        _ stream: inout z_stream,
        _ flush: Int32,
        _ piece: inout [UInt8],
        _ compressed: inout [UInt8]
    ) -> Int32 {
        var code = Z_OK
        repeat {
            let count = piece.withUnsafeMutableBufferPointer { output in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                code = deflate(&stream, flush)
                return output.count - Int(stream.avail_out)
            }
            compressed += piece[..<count]
        } while code == Z_OK && stream.avail_out == 0
        // Nothing left to do with what there is.
        return code == Z_BUF_ERROR ? Z_OK : code
    }
}

/// zlib's code for what went wrong.
struct GzipError: Error, Hashable {
    var code: Int32
}
