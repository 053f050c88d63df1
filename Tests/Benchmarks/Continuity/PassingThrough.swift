import Continuity
import HLS
import LiveChannels
import MPEGTS
import Model

/// One channel from the bytes of its source to chunks and segments, faster than they play.
enum PassingThrough {
    private static let wallTime = WallTime(microseconds: 1_700_000_000_000_000)

    /// Demultiplexed and packed again, and nothing else; answers the bytes of the segments.
    static func plain(_ slices: [ArraySlice<UInt8>]) -> Int {
        var demuxer = Demuxer()
        var packager = Packager(initialMediaSequence: 1)
        var size = 0
        for slice in slices {
            var outputs: [Packager.Output] = []
            slice.withUnsafeBytes { bytes in
                demuxer.push(bytes) { output in
                    switch output {
                    case .tracks(let tracks): packager.changed(tracks: tracks)
                    case .unit(let unit): outputs += packager.received(unit, wallTime: Self.wallTime)
                    case .fault: break
                    }
                }
            }
            size += self.size(of: outputs + packager.flush())
        }
        return size
    }

    /// The same with the output kept going: one timeline, a cushion, everything ready for the source to fail.
    static func continuous(_ slices: [ArraySlice<UInt8>]) -> Int {
        var demuxer = Demuxer()
        var path = MediaPath(packager: Packager(initialMediaSequence: 1))
        var now = MediaTime(seconds: 100)
        var size = 0
        path.continuity.opened(run: 1, source: SourceID(1), isBursty: false, now: now)
        _ = path.continuity.feed(run: 1, now: now)
        for slice in slices {
            var units: [AccessUnit] = []
            slice.withUnsafeBytes { bytes in
                demuxer.push(bytes) { output in
                    switch output {
                    case .tracks(let tracks): path.continuity.found(tracks, run: 1)
                    case .unit(let unit): units.append(unit)
                    case .fault: break
                    }
                }
            }
            _ = path.continuity.received(units, run: 1, now: now)
            now += LiveClip.sliceLength
            _ = path.continuity.timePassed(now: now)
            size += self.size(of: path.due(now: now, wallTime: Self.wallTime) + path.flush())
        }
        return size
    }

    private static func size(of outputs: [Packager.Output]) -> Int {
        outputs.reduce(0) { sum, output in
            if case .segment(let segment) = output { sum + segment.sizeBytes } else { sum }
        }
    }
}
