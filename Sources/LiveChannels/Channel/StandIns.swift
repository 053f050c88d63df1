package import Model
package import NIOCore

/// Media that a channel showed in place of its sources' since it was made; a viewer's share is the difference between
/// two readings.
package struct StandIns: Hashable, Sendable {
    /// Held pictures.
    package var held: MediaTime
    /// Slates.
    package var slate: MediaTime

    package init(held: MediaTime = .zero, slate: MediaTime = .zero) {
        self.held = held
        self.slate = slate
    }

    package static func - (later: Self, earlier: Self) -> Self {
        Self(held: later.held - earlier.held, slate: later.slate - earlier.slate)
    }

    /// The same, not longer than a viewer was there: pictures are made a little ahead of their time.
    package func within(_ watched: TimeAmount) -> Self {
        let most = MediaTime(milliseconds: max(0, watched.nanoseconds / 1_000_000))
        let slate = min(max(self.slate, .zero), most)
        return Self(held: min(max(self.held, .zero), most - slate), slate: slate)
    }
}
