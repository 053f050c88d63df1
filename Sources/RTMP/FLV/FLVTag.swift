/// A piece of media as FLV and RTMP carry it: one picture, one audio frame, or some named data.
///
/// ```text
/// in a file and in an aggregate message:
/// type u8 | size u24 | time stamp u24, its high byte u8 | stream id u24 | payload | size of all this u32
/// ```
///
/// Source: Adobe Flash Video File Format Specification 10.1, E.4.1 (FLV tag).
package struct FLVTag: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case audio = 8
        case video = 9
        case data = 18
    }

    package var kind: Kind
    /// Decoding time in milliseconds, modulo 2^32.
    package var timestamp: UInt32
    package var payload: [UInt8]

    package init(kind: Kind, timestamp: UInt32, payload: [UInt8]) {
        self.kind = kind
        self.timestamp = timestamp
        self.payload = payload
    }

    /// The tags of an aggregate message.
    ///
    /// Their time stamps are moved so that the first has the message's; tags of other types and empty ones are left
    /// out, and so is what follows one that does not fit.
    /// Source: Adobe's RTMP specification 1.0, 7.1.6 (aggregate message).
    static func aggregated(_ message: RTMPMessage) -> [FLVTag] {
        var bytes = ByteReader(message.payload)
        var tags: [FLVTag] = []
        var first: UInt32?
        while let type = bytes.u8(), let size = bytes.u24(), let low = bytes.u24(), let high = bytes.u8(),
            bytes.u24() != nil, let payload = bytes.take(Int(size))
        {
            let timestamp = UInt32(high) << 24 | low
            let offset = timestamp &- (first ?? timestamp)
            first = first ?? timestamp
            if let kind = Kind(rawValue: type), !payload.isEmpty {
                tags.append(FLVTag(kind: kind, timestamp: message.timestamp &+ offset, payload: Array(payload)))
            }
            // The last back pointer may be missing.
            _ = bytes.u32()
        }
        return tags
    }

    /// The tag as a file or an aggregate message has it, back pointer included.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = [self.kind.rawValue]
        bytes.appendBigEndian(self.payload.count, size: 3)
        bytes.appendBigEndian(self.timestamp, size: 3)
        bytes.appendBigEndian(self.timestamp >> 24, size: 1)
        bytes += [0, 0, 0]
        bytes += self.payload
        bytes.appendBigEndian(self.payload.count + 11, size: 4)
        return bytes
    }
}
