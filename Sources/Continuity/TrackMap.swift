package import MPEGTS

/// Which PID a source's track has on the output: the same one for the same codec and place, across reconnects and sources.
///
/// The first H.264 track of any source has one PID for the life of the channel, its first AAC track another. A track of
/// another codec never gets the PID of a codec that was there before: players would not follow (they fix a PID's decoder
/// when they see it first).
package struct TrackMap: Sendable {
    /// The first PID given out; the ones below belong to tables and to the PMT.
    package static let firstPID: UInt16 = 0x100
    /// PIDs given out at most; more tracks than this at once are left out.
    package static let tracksMax = 64

    private struct Place: Hashable {
        var codec: Track.Codec
        var streamType: UInt8
        /// Counted from 0 among the tracks of this codec and type.
        var index: Int
    }

    private var given: [Place: UInt16] = [:]

    package init() {}

    /// The tracks with their output PIDs, by source PID, in order.
    ///
    /// When all PIDs were given out, those that the new tracks don't use are given out again.
    package mutating func map(_ tracks: [Track]) -> [(sourcePID: UInt16, track: Track)] {
        var indices: [Place: Int] = [:]
        var places: [(Track, Place)] = []
        for track in tracks.prefix(Self.tracksMax) {
            var place = Place(codec: track.codec, streamType: track.streamType, index: 0)
            place.index = indices[place, default: 0]
            indices[Place(codec: track.codec, streamType: track.streamType, index: 0), default: 0] += 1
            places.append((track, place))
        }
        let wanted = Set(places.map(\.1))
        if self.given.count + wanted.subtracting(self.given.keys).count > Self.tracksMax {
            self.given = self.given.filter { wanted.contains($0.key) }
        }
        return places.compactMap { track, place in
            guard let pid = self.pid(for: place) else { return nil }
            var output = track
            output.pid = pid
            return (track.pid, output)
        }
    }

    private mutating func pid(for place: Place) -> UInt16? {
        if let pid = self.given[place] { return pid }
        let taken = Set(self.given.values)
        let end = Self.firstPID + UInt16(Self.tracksMax)
        guard let pid = (Self.firstPID..<end).first(where: { !taken.contains($0) }) else { return nil }
        self.given[place] = pid
        return pid
    }
}
