/// The whole audio frames of one PES packet, in order.
///
/// Bytes that belong to no frame are passed over; a frame cut off at the end is not given out.
package struct AudioFrames: Sequence, IteratorProtocol, Sendable {
    package struct Frame: Hashable, Sendable {
        /// Where the frame lies in the bytes given.
        package var range: Range<Int>
        package var header: AudioFrameHeader
    }

    private let bytes: [UInt8]
    private let codec: Track.Codec
    private var offset = 0

    package init(_ bytes: [UInt8], codec: Track.Codec) {
        self.bytes = bytes
        self.codec = codec
    }

    package mutating func next() -> Frame? {
        while self.offset < self.bytes.count {
            guard let header = AudioFrameHeader(parsing: self.bytes[self.offset...], codec: self.codec),
                header.frameSize > 0
            else {
                self.offset += 1
                continue
            }
            let end = self.offset + header.frameSize
            guard end <= self.bytes.count else { return nil }
            defer { self.offset = end }
            return Frame(range: self.offset..<end, header: header)
        }
        return nil
    }
}
