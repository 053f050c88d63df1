import Crypto

/// Makes message authentication codes with one key, by digests that have taken in the padded key already.
///
/// They are copied for each message. A viewer's start needs five codes, and this is a third of the price of the library's
/// own, which takes messages by a protocol of Foundation's.
/// Source: RFC 2104, 2 (HMAC), and 4, which keeps what the padded key comes to.
struct MessageKey: Sendable {
    /// Bytes that SHA-256 takes in at once: RFC 2104's *B*.
    private static let blockSize = 64
    private static let innerPadding: UInt8 = 0x36
    private static let outerPadding: UInt8 = 0x5C

    private let inner: SHA256
    private let outer: SHA256

    /// `key` has at most ``blockSize`` bytes, which every ``SecretKey`` has.
    init(_ key: [UInt8]) {
        precondition(key.count <= Self.blockSize, "a key of \(key.count) bytes, allowed \(Self.blockSize)")
        let padded = key + [UInt8](repeating: 0, count: Self.blockSize - key.count)
        var (inner, outer) = (SHA256(), SHA256())
        inner.update(data: padded.map { $0 ^ Self.innerPadding })
        outer.update(data: padded.map { $0 ^ Self.outerPadding })
        self.inner = inner
        self.outer = outer
    }

    /// The code of a message: 32 bytes.
    func code(of message: [UInt8]) -> [UInt8] {
        var (inner, outer) = (self.inner, self.outer)
        message.withUnsafeBytes { inner.update(bufferPointer: $0) }
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return outer.finalize().withUnsafeBytes { Array($0) }
    }
}
