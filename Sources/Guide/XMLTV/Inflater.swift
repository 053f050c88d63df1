import CZlib

/// Takes gzip or zlib apart, piece by piece.
///
/// Not `Sendable`; whoever has it feeds it. Source: RFC 1950, RFC 1952 (several members in one file are one).
final class Inflater {
    /// Bytes handed on at once.
    private static let pieceSize = 65_536

    private let stream: UnsafeMutablePointer<z_stream>
    private var piece = [UInt8](repeating: 0, count: Inflater.pieceSize)
    private var isOver = false

    init() throws(XMLError) {
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        guard czlib_inflate_begin(self.stream) == Z_OK else {
            self.stream.deallocate()
            throw XMLError.compression("zlib could not begin")
        }
    }

    deinit {
        inflateEnd(self.stream)
        self.stream.deallocate()
    }

    /// Whether the compressed form came to its end.
    var isComplete: Bool { self.isOver }

    /// Decompresses `bytes`; `each` gets what comes out, a piece at a time.
    func append(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ each: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        // zlib reads only; its field is not const.
        self.stream.pointee.next_in = UnsafeMutablePointer(mutating: base)
        self.stream.pointee.avail_in = UInt32(clamping: bytes.count)
        while true {
            if self.isOver {
                // What follows is another member, or the zeros that some tools fill up with.
                guard let next = self.stream.pointee.next_in, self.stream.pointee.avail_in > 0, next.pointee == 0x1f
                else { return }
                guard inflateReset(self.stream) == Z_OK else {
                    throw XMLError.compression("zlib could not begin again")
                }
                self.isOver = false
            }
            let (status, count) = self.step()
            if count > 0 {
                try self.piece.withUnsafeBufferPointer { try each(UnsafeBufferPointer(rebasing: $0[..<count])) }
            }
            switch status {
            case Z_STREAM_END: self.isOver = true
            case Z_OK where count > 0 || self.stream.pointee.avail_in > 0: continue
            case Z_OK, Z_BUF_ERROR: return
            default: throw XMLError.compression("zlib says \(status)")
            }
        }
    }

    private func step() -> (status: Int32, count: Int) {
        self.piece.withUnsafeMutableBufferPointer { buffer in
            self.stream.pointee.next_out = buffer.baseAddress
            self.stream.pointee.avail_out = UInt32(buffer.count)
            let status = inflate(self.stream, Z_NO_FLUSH)
            return (status, buffer.count - Int(self.stream.pointee.avail_out))
        }
    }
}
