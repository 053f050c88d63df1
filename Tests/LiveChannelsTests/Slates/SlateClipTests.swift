import MPEGTS
import Model
import NIOCore
import Testing

@testable import LiveChannels

struct SlateClipTests {
    @Test func `a clip is repeated on one timeline, and each piece can begin a player`() throws {
        let slate = try Slate(reading: try Clip.plain.get())
        let clip = SlateClip(slate, lasting: MediaTime(seconds: 7))
        #expect(clip.pieces.count == 3)
        #expect(clip.length == MediaTime(seconds: 6))
        var units: [AccessUnit] = []
        var faults = 0
        var demuxer = Demuxer()
        let emit: (Demuxer.Output) -> Void = { output in
            switch output {
            case .unit(let unit): units.append(unit)
            case .fault: faults += 1
            case .tracks: break
            }
        }
        for piece in clip.pieces {
            #expect(piece.readableBytes % 188 == 0)
            demuxer.push(Array(piece.readableBytesView), emit)
        }
        demuxer.fileEnded(emit)
        #expect(faults == 0)
        let times = units.filter { $0.pid == slate.video.pid }.compactMap { ($0.dts ?? $0.pts)?.ticks }
        #expect(times.count == 150)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        let length: Int64? = times.last.map { $0 - times[0] }
        #expect(length == Int64(149 * 3_600))
        for piece in clip.pieces {
            var first: AccessUnit?
            var alone = Demuxer()
            alone.push(Array(piece.readableBytesView)) { output in
                if first == nil, case .unit(let unit) = output, unit.pid == slate.video.pid { first = unit }
            }
            #expect(first?.isRandomAccessPoint == true)
        }
    }

    @Test func `a clip that is longer than the time is shown once`() throws {
        let slate = try Slate(reading: try Clip.plain.get())
        #expect(SlateClip(slate, lasting: MediaTime(seconds: 1)).pieces.count == 1)
    }
}
