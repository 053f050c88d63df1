import Crypto

/// A value of the hash chain: what stands for every line of the log up to an event.
///
/// Value after an event = SHA-256(value before it ‖ its raw line without the newline). So the chain does not depend on
/// how events are put into frames, and a log that was edited has another value at its end.
package struct ChainValue: Hashable, Sendable {
    /// Bytes of a value.
    package static let size = 32

    /// The 32 bytes, as four words in memory order.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The value before the first event of a log: its id and 16 zero bytes.
    package init(beforeFirstOf log: LogID) {
        self.words = (log.high.bigEndian, log.low.bigEndian, 0, 0)
    }

    /// Takes the first 32 bytes of `bytes`; zeros stand for what is not there.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.words = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &self.words) {
            $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.size)))
        }
    }

    /// Longest line that is put behind the value before it, to be hashed in one piece: nearly every one is shorter.
    private static let joinedMax = 992

    /// Moves on over one event's line, given without its newline.
    package mutating func extend(_ line: UnsafeRawBufferPointer) {
        var hash = SHA256()
        if line.count <= Self.joinedMax {
            // Copying costs less than a second call of the library does.
            withUnsafeTemporaryAllocation(byteCount: Self.size + Self.joinedMax, alignment: 16) { room in
                self.write(to: room)
                UnsafeMutableRawBufferPointer(rebasing: room[Self.size...]).copyMemory(from: line)
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: room[..<(Self.size + line.count)]))
            }
        } else {
            withUnsafeBytes(of: self.words) { hash.update(bufferPointer: $0) }
            hash.update(bufferPointer: line)
        }
        self = hash.finalize().withUnsafeBytes { ChainValue($0) }
    }

    /// Writes the 32 bytes to the start of `bytes`.
    func write(to bytes: UnsafeMutableRawBufferPointer) {
        withUnsafeBytes(of: self.words) { bytes.copyMemory(from: $0) }
    }

    package static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.words.0)
        hasher.combine(self.words.1)
    }
}

extension ChainValue: CustomStringConvertible {
    /// 64 hexadecimal digits.
    package var description: String {
        withUnsafeBytes(of: self.words) { bytes in
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}
