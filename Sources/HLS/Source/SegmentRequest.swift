package import Model

/// One segment to fetch, decrypt and hand on.
package struct SegmentRequest: Hashable, Sendable {
    /// What decrypts the segment: AES-128, CBC, PKCS7 padding.
    package struct Decryption: Hashable, Sendable {
        /// 16 bytes.
        package var key: Redacted<[UInt8]>
        package var iv: InitializationVector

        package init(key: Redacted<[UInt8]>, iv: InitializationVector) {
            self.key = key
            self.iv = iv
        }
    }

    /// Absolute, without fragment.
    package var uri: URIReference
    package var byteRange: ByteRange?
    /// `nil` when the segment is clear.
    package var decryption: Decryption?
    package var mediaSequence: UInt64
    package var duration: MediaTime
    /// Whether timestamps or tracks may change with its first packet: a tag said so, or the packager restarted.
    package var startsDiscontinuity: Bool
    /// Whether segments before it were lost: half-assembled units must be dropped, the timeline goes on.
    package var followsLoss: Bool
    /// Clear bytes of this segment that were handed on by an earlier attempt and must be dropped from this one.
    package var alreadyDelivered: UInt64
    package var programDateTime: WallTime?

    package init(
        uri: URIReference,
        byteRange: ByteRange? = nil,
        decryption: Decryption? = nil,
        mediaSequence: UInt64,
        duration: MediaTime,
        startsDiscontinuity: Bool = false,
        followsLoss: Bool = false,
        alreadyDelivered: UInt64 = 0,
        programDateTime: WallTime? = nil
    ) {
        self.uri = uri
        self.byteRange = byteRange
        self.decryption = decryption
        self.mediaSequence = mediaSequence
        self.duration = duration
        self.startsDiscontinuity = startsDiscontinuity
        self.followsLoss = followsLoss
        self.alreadyDelivered = alreadyDelivered
        self.programDateTime = programDateTime
    }
}
