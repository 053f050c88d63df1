/// A part of the log that does not check: which bytes, which events, and why.
package struct LogDamage: Error, Hashable, Sendable {
    /// The name of the file, without its directory.
    package var file: String
    /// The first byte concerned.
    package var offset: Int
    /// Bytes concerned; 0 when events are missing between two frames that check.
    package var size: Int
    /// The first event that is lost; `nil` when none is (bytes too many, a frame that is there twice).
    package var firstSeq: UInt64?
    /// The last event that is lost; `nil` when that cannot be known.
    package var lastSeq: UInt64?
    /// What did not check.
    package var cause: Cause
    /// Whether nothing valid follows in the last file: a write that was interrupted looks like this.
    package var isTail: Bool

    /// What did not check.
    package enum Cause: Error, Hashable, Sendable {
        /// No frame begins where one should.
        case notAFrame
        /// Zeros stand where a frame should.
        case zeros
        /// The file ends within a frame.
        case truncated
        /// A field of the header is outside its limits.
        case header(Field)
        /// The CRC-32C of header and data frame.
        case checksum
        /// The data frame within.
        case zstd(Zstd)
        /// The number of lines.
        case lines(expected: Int, found: Int)
        /// The frame does not follow the one before it.
        case sequence(expected: UInt64, found: UInt64)
        /// The frame was written by an older opening of the log than the one before it.
        case epoch(atLeast: UInt64, found: UInt64)
        /// The frame belongs to another log.
        case otherLog(LogID)
        /// The lines were changed: they do not give the chain value.
        case chain
        /// Events that are known to have been written are not there.
        case missing
        /// Telling what is there would take longer than a log file deserves.
        case undecided
    }

    /// A field of ``FrameHeader``.
    package enum Field: String, Hashable, Sendable {
        case size, version, codec, reserved, count, epoch, firstSeq, time, rawSize, storedSize
    }

    /// What was wrong with a data frame.
    package enum Zstd: String, Hashable, Sendable {
        case notAFrame, size, window, options, blocks, content
    }
}

extension LogDamage: CustomStringConvertible {
    /// One line: file, bytes, events, cause.
    package var description: String {
        let events =
            switch (self.firstSeq, self.lastSeq) {
            case (let first?, let last?): "events \(first) to \(last) lost"
            case (let first?, nil): "events from \(first) on lost"
            case (nil, _): "no event lost"
            }
        return "\(self.file), byte \(self.offset), \(self.size) bytes: \(self.cause), \(events)"
    }
}
