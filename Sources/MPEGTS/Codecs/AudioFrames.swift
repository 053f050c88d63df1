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
    private var previous: AudioFrameHeader?

    /// The frames of `bytes`; `previous` is the header of the frame before, which those of LATM may refer to.
    package init(_ bytes: [UInt8], codec: Track.Codec, after previous: AudioFrameHeader? = nil) {
        self.bytes = bytes
        self.codec = codec
        self.previous = previous
    }

    package mutating func next() -> Frame? {
        while self.offset < self.bytes.count {
            let rest = self.bytes[self.offset...]
            let parsed =
                AudioFrameHeader(parsing: rest, codec: self.codec)
                ?? self.previous.flatMap { AudioFrameHeader(continuing: $0, with: rest) }
            guard let header = parsed, header.frameSize > 0 else {
                self.offset += 1
                continue
            }
            let end = self.offset + header.frameSize
            guard end <= self.bytes.count else { return nil }
            self.previous = header
            defer { self.offset = end }
            return Frame(range: self.offset..<end, header: header)
        }
        return nil
    }
}
