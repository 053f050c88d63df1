package import Continuity
package import MPEGTS
package import Model

/// What lies between a source and the viewers of a channel: timeline, pace, packets.
///
/// Pure; lives as long as the channel.
package struct MediaPath: Sendable {
    private enum Element: Sendable {
        case unit(AccessUnit)
        case tracks([Track])
    }

    private var timeline = OutputTimeline()
    private var pacer = Pacer<Element>()
    private var packager: Packager
    /// The latest decoding time put on the timeline.
    private var newest: MediaTime?

    /// Units that were not passed on, by reason.
    package private(set) var dropped: [OutputTimeline.DropReason: Int64] = [:]
    /// Units that the muxer refused; the timeline lets none through that it would, but for impossible sizes.
    package private(set) var refused: Int64 = 0

    /// - Parameter packager: with the numbers of the channel's segments.
    package init(packager: Packager) {
        self.packager = packager
    }

    /// The codecs seen (RFC 6381), in the order of the tracks.
    package var codecs: [String] { self.packager.codecs }

    /// All units that were not passed on.
    package var droppedCount: Int64 { self.dropped.values.reduce(self.refused, +) }

    /// A source was opened, the same as before or another.
    package mutating func began(isBursty: Bool) {
        self.timeline.begin()
        self.pacer.sourceChanged(isBursty: isBursty)
    }

    /// The source named its tracks.
    package mutating func found(_ tracks: [Track], now: MediaTime) {
        // What was held back still belongs to the tracks before; so the new ones wait in line.
        guard self.timeline.found(tracks) else { return }
        self.pacer.arrived(.tracks(self.timeline.tracks), due: nil, now: now)
    }

    /// The source says that its clock may start anew.
    package mutating func expectEpoch() {
        self.timeline.expectEpoch()
    }

    /// Takes what came from the source; answers how much longer the output lasts with it.
    package mutating func received(_ units: [AccessUnit], now: MediaTime) -> MediaTime {
        let before = self.newest
        for unit in units {
            for output in self.timeline.received(unit, at: now) {
                switch output {
                case .deliver(let unit):
                    if let time = unit.dts { self.newest = max(self.newest ?? time, time) }
                    self.pacer.arrived(.unit(unit), due: unit.dts, now: now)
                case .dropped(_, let reason):
                    self.dropped[reason, default: 0] += 1
                }
            }
        }
        guard let before, let newest = self.newest else { return .zero }
        return newest - before
    }

    /// What is due by now, as packets.
    package mutating func due(now: MediaTime, wallTime: WallTime) -> [Packager.Output] {
        var outputs: [Packager.Output] = []
        for element in self.pacer.due(now: now) {
            switch element {
            case .tracks(let tracks): self.packager.changed(tracks: tracks)
            case .unit(let unit): outputs += self.packager.received(unit, wallTime: wallTime)
            }
        }
        for case .refused in outputs { self.refused += 1 }
        return outputs
    }

    /// Ends the chunk being collected.
    package mutating func flush() -> [Packager.Output] {
        self.packager.flush()
    }

    /// Ends chunk and segment and forgets what is held back, because nothing runs; it may go on later.
    package mutating func rest() -> [Packager.Output] {
        let outputs = self.packager.finish()
        self.pacer = Pacer()
        return outputs
    }
}
