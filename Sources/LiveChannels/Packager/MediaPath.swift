package import Continuity
import MPEGTS
package import Model

/// What lies between the sources and the viewers of a channel: continuity, then packets.
///
/// Pure; lives as long as the channel.
package struct MediaPath: Sendable {
    /// What keeps the output going; told of runs and their units.
    package var continuity: ChannelContinuity
    private var packager: Packager
    /// Units that the muxer refused; the timeline lets none through that it would, but for impossible sizes.
    package private(set) var refused: Int64 = 0
    /// The codec of the pictures sent last; `nil` before the first.
    private var videoCodec: Track.Codec?

    /// - Parameters:
    ///   - packager: with the numbers of the channel's segments.
    ///   - configuration: when the output is held, and for how long.
    package init(packager: Packager, configuration: ContinuityConfiguration = ContinuityConfiguration()) {
        self.packager = packager
        self.continuity = ChannelContinuity(configuration: configuration)
    }

    /// The codecs seen (RFC 6381), in the order of the tracks.
    package var codecs: [String] { self.packager.codecs }

    /// All units that were not passed on.
    package var droppedCount: Int64 { self.continuity.dropped.values.reduce(self.refused, +) }

    /// What is due by now, as packets.
    package mutating func due(now: MediaTime, wallTime: WallTime) -> [Packager.Output] {
        var outputs: [Packager.Output] = []
        for element in self.continuity.due(now: now) {
            switch element {
            case .tracks(let tracks):
                outputs += self.announce(tracks)
                self.packager.changed(tracks: tracks)
            case .unit(let unit, _, let step):
                outputs += self.packager.received(unit, step: step, wallTime: wallTime)
            }
        }
        for case .refused in outputs { self.refused += 1 }
        self.continuity.segmentDue = self.packager.segmentDue
        return outputs
    }

    /// Says so when other pictures follow than a running player can show.
    private mutating func announce(_ tracks: [Track]) -> [Packager.Output] {
        guard let codec = tracks.first(where: \.codec.isVideo)?.codec else { return [] }
        defer { self.videoCodec = codec }
        guard let before = self.videoCodec, before != codec else { return [] }
        return self.packager.flush() + [.codecChanged]
    }

    /// Ends the chunk being collected.
    package mutating func flush() -> [Packager.Output] {
        self.packager.flush()
    }

    /// Ends chunk and segment and forgets what is held back, because nothing runs; it may go on later.
    package mutating func rest() -> (outputs: [Packager.Output], reports: [ChannelContinuity.Report]) {
        let reports = self.continuity.rest()
        self.continuity.segmentDue = nil
        return (self.packager.finish(), reports)
    }

    /// The same, but the runs stay open: the one that is wanted is entered as soon as it can be.
    package mutating func pause(wanting run: Int?) -> (outputs: [Packager.Output], reports: [ChannelContinuity.Report])
    {
        let reports = self.continuity.pause(wanting: run)
        self.continuity.segmentDue = nil
        return (self.packager.finish(), reports)
    }
}
