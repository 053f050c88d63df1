import Crypto
import CryptoExtras
import FoundationEssentials
import HLS
import Model

/// Decrypts a segment while it arrives: AES-128 in CBC mode, PKCS#7 padding at its end.
///
/// The last block is held back, since only the end of the body says which one it is. (The cipher's interface takes
/// Foundation's `DataProtocol`, hence the import.)
/// Source: RFC 8216, 5.2; RFC 5652, 6.3.
struct SegmentDecryptor: Sendable {
    private static let blockBytes = 16

    private let key: Redacted<[UInt8]>
    /// The vector of the next block: the ciphertext of the one before it.
    private var iv: [UInt8]
    private var pending: [UInt8] = []

    init(_ decryption: SegmentRequest.Decryption) {
        self.key = decryption.key
        self.iv = decryption.iv.bytes
    }

    /// The clear bytes of all blocks that are whole and not the last.
    mutating func received(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        self.pending.append(contentsOf: bytes)
        let count = Swift.max(0, self.pending.count - 1) / Self.blockBytes * Self.blockBytes
        guard count > 0 else { return [] }
        let blocks = Array(self.pending[..<count])
        self.pending.removeFirst(count)
        guard let clear = self.decrypt(blocks, hasPadding: false) else { return [] }
        self.iv = Array(blocks.suffix(Self.blockBytes))
        return clear
    }

    /// The clear bytes of the last block; `nil` when it is cut short or its padding does not check.
    mutating func ended() -> [UInt8]? {
        guard self.pending.count == Self.blockBytes else { return nil }
        defer { self.pending = [] }
        return self.decrypt(self.pending, hasPadding: true)
    }

    private func decrypt(_ blocks: [UInt8], hasPadding: Bool) -> [UInt8]? {
        guard let iv = try? AES._CBC.IV(ivBytes: self.iv) else { return nil }
        let key = SymmetricKey(data: self.key.clear)
        return (try? AES._CBC.decrypt(blocks, using: key, iv: iv, noPadding: !hasPadding)).map(Array.init)
    }
}
