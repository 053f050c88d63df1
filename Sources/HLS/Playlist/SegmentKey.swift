/// How the segments after it are encrypted: AES-128 in CBC mode with PKCS7 padding, whole segments.
///
/// Source: RFC 8216, 4.3.2.4, METHOD=AES-128 and KEYFORMAT="identity"; the parser refuses all others.
package struct SegmentKey: Hashable, Sendable {
    /// Bytes in a key, as its URI gives them.
    package static let keySize = 16

    /// Where the 16 bytes are; relative to the playlist.
    package var uri: String
    /// The IV attribute; see ``initializationVector(mediaSequence:)`` when there is none.
    package var iv: InitializationVector?

    package init(uri: String, iv: InitializationVector? = nil) {
        self.uri = uri
        self.iv = iv
    }

    /// The vector that decrypts the segment of this number: the written one, else the number itself.
    ///
    /// Source: RFC 8216, 5.2.
    package func initializationVector(mediaSequence: UInt64) -> InitializationVector {
        self.iv ?? InitializationVector(mediaSequence: mediaSequence)
    }
}

/// The 128 bits that start the cipher block chain of a segment.
package struct InitializationVector: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt128

    package init(rawValue: UInt128) {
        self.rawValue = rawValue
    }

    /// The media sequence number as a 128-bit big-endian number.
    ///
    /// Source: RFC 8216, 5.2.
    package init(mediaSequence: UInt64) {
        self.rawValue = UInt128(mediaSequence)
    }

    /// 16 bytes, most significant first, as AES takes them.
    package var bytes: [UInt8] {
        stride(from: 120, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self.rawValue >> UInt128($0)) }
    }
}
