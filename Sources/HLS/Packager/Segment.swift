package import Model

/// A finished piece of a live channel, ready to be listed.
///
/// Generic over what holds the bytes: `[UInt8]` as the ``Segmenter`` gives it, a shared buffer as it is served.
/// Source: RFC 8216, 3.
package struct Segment<Payload: Sendable>: Sendable {
    /// The transport-stream packets, PAT and PMT first.
    package var payload: Payload
    package var sizeBytes: Int
    /// From its first access unit to the first of the next segment.
    package var duration: MediaTime
    package var mediaSequence: UInt64
    /// Whether EXT-X-DISCONTINUITY stands before it.
    package var isDiscontinuity: Bool
    /// When its first access unit was sent out.
    package var programDateTime: WallTime

    package init(
        payload: Payload,
        sizeBytes: Int,
        duration: MediaTime,
        mediaSequence: UInt64,
        isDiscontinuity: Bool = false,
        programDateTime: WallTime
    ) {
        self.payload = payload
        self.sizeBytes = sizeBytes
        self.duration = duration
        self.mediaSequence = mediaSequence
        self.isDiscontinuity = isDiscontinuity
        self.programDateTime = programDateTime
    }

    /// The same segment with its bytes held otherwise.
    package func map<Other: Sendable>(_ transform: (Payload) -> Other) -> Segment<Other> {
        Segment<Other>(
            payload: transform(self.payload),
            sizeBytes: self.sizeBytes,
            duration: self.duration,
            mediaSequence: self.mediaSequence,
            isDiscontinuity: self.isDiscontinuity,
            programDateTime: self.programDateTime
        )
    }
}

extension Segment: Equatable where Payload: Equatable {}
extension Segment: Hashable where Payload: Hashable {}

/// Numbers of segments that go on growing over a restart of the process.
package enum MediaSequence {
    /// 2020-01-01T00:00:00Z: late enough that the numbers stay below 2^31 until 2088, since some players keep 32 bits.
    static let epochSeconds: Int64 = 1_577_836_800

    /// The first number of a channel that starts at this time: seconds since 2020.
    ///
    /// Segments are longer than a second on the average, so a running channel never gets ahead of it. It serves as first
    /// discontinuity sequence too, for the same reason.
    package static func initial(at time: WallTime) -> UInt64 {
        UInt64(max(time.seconds - Self.epochSeconds, 0))
    }
}
