/// A part of a resource, in bytes.
///
/// Source: RFC 8216, 4.3.2.2.
package struct ByteRange: Hashable, Sendable {
    /// The first byte, from 0.
    package var offset: UInt64
    /// Bytes; 1 at least.
    package var length: UInt64

    package init(offset: UInt64, length: UInt64) {
        self.offset = offset
        self.length = length
    }

    /// The byte after the last one.
    package var end: UInt64 { self.offset &+ self.length }
}
