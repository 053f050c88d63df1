import MPEGTS
import Model
import Testing

/// Streams that another encoder made, through our demuxer and muxer, judged by `ffmpeg`.
@Suite(.serialized)
struct RemuxTests {
    /// The source's units on an output timeline that starts 10 s in.
    static func remuxed(_ source: [UInt8]) -> (bytes: [UInt8], tracks: [Track], refused: Int, units: [AccessUnit]) {
        var demuxer = Demuxer()
        var muxer = Muxer(tracks: [])
        var bytes: [UInt8] = []
        var refused = 0
        var units: [AccessUnit] = []
        let offset = MediaTime(seconds: 10)
        func take(_ output: Demuxer.Output) {
            switch output {
            case .tracks(let tracks): muxer.change(tracks: tracks)
            case .unit(var unit):
                units.append(unit)
                unit.pts = unit.pts.map { $0 + offset }
                unit.dts = unit.dts.map { $0 + offset }
                if muxer.write(unit, into: &bytes) != .written { refused += 1 }
            case .fault(let fault): Issue.record("fault \(fault)")
            }
        }
        demuxer.push(source, take)
        demuxer.fileEnded(take)
        return (bytes, demuxer.tracks, refused, units)
    }

    @Test(arguments: FFmpeg.Recipe.all)
    func `plays clean in a strict decoder`(_ recipe: FFmpeg.Recipe) throws {
        let source = try FFmpeg.stream(recipe)
        let output = Self.remuxed(source)
        #expect(output.refused == 0)
        #expect(try FFmpeg.complaints(about: output.bytes) == "")
        let health = StreamHealth(output.bytes)
        #expect(health.complaints == [])
        #expect(health.clockSpacing <= 40 * 90)
        let before = try FFmpeg.decodingTimes(of: source)
        let after = try FFmpeg.decodingTimes(of: output.bytes)
        #expect(!after.isEmpty && after.mapValues(\.count) == before.mapValues(\.count))
        for (stream, times) in after {
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "stream \(stream)")
        }
    }

    @Test func `knows the tracks, and their parameters`() throws {
        let expected: [(FFmpeg.Recipe, [Track.Codec], [String])] = [
            (.h264AAC, [.h264, .aac], ["avc1.4d40", "mp4a.40.2"]),
            (.hevcAC3, [.hevc, .ac3], ["hvc1.1.6.L", "ac-3"]),
            (.mpeg2MP2, [.mpeg2Video, .mpegAudio], ["mp4v.61", "mp4a.40.33"]),
            (.h264EAC3, [.h264, .eac3], ["avc1.6400", "ec-3"]),
        ]
        for (recipe, codecs, strings) in expected {
            let source = try FFmpeg.stream(recipe)
            let level = try FFmpeg.videoLevel(of: source)
            let output = Self.remuxed(source)
            #expect(output.tracks.map(\.codec) == codecs, "\(recipe)")
            for (track, string) in zip(output.tracks, strings) {
                var sets = ParameterSets(codec: track.codec)
                let changes = output.units.filter { $0.pid == track.pid }.count { sets.observe($0.data) }
                #expect(sets.isComplete)
                #expect(changes == 1, "\(recipe): parameters stay the same")
                // The level is the encoder's choice.
                switch track.codec {
                case .h264: #expect(sets.codecString == string + (level < 16 ? "0" : "") + String(level, radix: 16))
                case .hevc: #expect(sets.codecString?.hasPrefix("\(string)\(level).") == true)
                default: #expect(sets.codecString == string)
                }
                if track.codec.isVideo {
                    let size = try #require(sets.pictureSize)
                    #expect(size == (320, 180))
                } else {
                    #expect(sets.audio?.sampleRate == 48_000 && sets.audio?.channels == 2)
                }
            }
        }
    }

    @Test func `finds the pictures that decoding can start at`() throws {
        for recipe in [FFmpeg.Recipe.h264AAC, .hevcAC3, .mpeg2MP2, .h264EAC3] {
            let units = Self.remuxed(try FFmpeg.stream(recipe)).units.filter { $0.streamID & 0xF0 == 0xE0 }
            let points = units.indices.filter { units[$0].isRandomAccessPoint }
            #expect(units.count == 75, "\(recipe)")
            // Random access points each second, by the encoder's settings; each half second for MPEG-2.
            let step = recipe.testDescription == FFmpeg.Recipe.mpeg2MP2.testDescription ? 12 : 25
            #expect(points.first == 0 && points.count == (75 + step - 1) / step, "\(recipe): \(points)")
        }
    }

    @Test func `audio frames of a PES packet add up to the time to the next`() throws {
        for recipe in [FFmpeg.Recipe.h264AAC, .hevcAC3, .mpeg2MP2, .h264EAC3] {
            let output = Self.remuxed(try FFmpeg.stream(recipe))
            let track = try #require(output.tracks.first { $0.codec.isAudio })
            let units = output.units.filter { $0.pid == track.pid }
            for (unit, next) in zip(units, units.dropFirst()) {
                let frames = Array(AudioFrames(unit.data, codec: track.codec))
                #expect(frames.reduce(0) { $0 + $1.header.frameSize } == unit.data.count, "\(recipe)")
                let samples = frames.reduce(0) { $0 + $1.header.samples }
                let time = try #require(next.pts) - #require(unit.pts)
                #expect(abs(time.ticks - Int64(samples) * 90_000 / 48_000) <= 1, "\(recipe)")
            }
        }
    }
}
