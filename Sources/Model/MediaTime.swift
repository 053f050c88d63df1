/// A moment or a length on a media timeline, in ticks of 1/90 000 s.
///
/// Signed and unbounded: the 33-bit value of a stream is made of it only where bytes are written.
/// Source: ISO/IEC 13818-1, 2.4.3.7 (PTS and DTS count a 90 kHz clock).
package struct MediaTime: Hashable, Comparable, Sendable {
    /// Ticks in one second.
    package static let ticksPerSecond: Int64 = 90_000
    /// Values before a 33-bit time stamp starts again at 0.
    package static let wrap: Int64 = 1 << 33

    package static let zero = MediaTime(ticks: 0)

    /// Ticks of 1/90 000 s.
    package var ticks: Int64

    package init(ticks: Int64) {
        self.ticks = ticks
    }

    package init(milliseconds: Int64) {
        self.ticks = milliseconds * (Self.ticksPerSecond / 1_000)
    }

    package init(seconds: Int64) {
        self.ticks = seconds * Self.ticksPerSecond
    }

    /// Seconds, for printing and for `EXTINF`; never for arithmetic that is carried on.
    package var seconds: Double { Double(self.ticks) / Double(Self.ticksPerSecond) }

    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 { self.ticks / (Self.ticksPerSecond / 1_000) }

    /// The time as a stream writes it: modulo 2^33.
    package var wrapped: UInt64 { UInt64(truncatingIfNeeded: self.ticks) & UInt64(Self.wrap - 1) }

    package static func < (left: MediaTime, right: MediaTime) -> Bool { left.ticks < right.ticks }
    package static func + (left: MediaTime, right: MediaTime) -> MediaTime {
        MediaTime(ticks: left.ticks &+ right.ticks)
    }
    package static func - (left: MediaTime, right: MediaTime) -> MediaTime {
        MediaTime(ticks: left.ticks &- right.ticks)
    }
    package static func += (left: inout MediaTime, right: MediaTime) { left = left + right }
    package static prefix func - (time: MediaTime) -> MediaTime { MediaTime(ticks: 0 &- time.ticks) }
}
