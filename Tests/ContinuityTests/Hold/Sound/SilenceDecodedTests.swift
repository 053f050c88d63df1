import MPEGTS
import Model
import Testing

@testable import Continuity

/// Live sound, silence and live sound again, as a strict decoder hears them.
struct SilenceDecodedTests {
    static let recipes: [SoundJudge.Recipe] = [
        aac("aac mono", layout: "mono"),
        aac("aac stereo"),
        aac("aac stereo 44.1k", rate: 44_100),
        aac("aac 3.0", layout: "3.0"),
        aac("aac 4.0", layout: "4.0"),
        aac("aac 5.0", layout: "5.0"),
        aac("aac 5.1", layout: "5.1"),
        aac("aac 7.1", layout: "7.1"),
        aac("aac quad, a program config element", layout: "quad"),
        aac("aac 6.1, a program config element", layout: "6.1"),
        .init("latm", .latm, ["-c:a", "aac"], format: "latm", readFormat: "loas"),
        .init("latm 5.1", .latm, ["-c:a", "aac"], layout: "5.1", format: "latm", readFormat: "loas"),
        .init("layer II", .mpegAudio, ["-c:a", "mp2", "-b:a", "192k"], format: "mp2", readFormat: "mp3"),
        .init(
            "layer II 44.1k mono",
            .mpegAudio,
            ["-c:a", "mp2", "-b:a", "96k"],
            rate: 44_100,
            layout: "mono",
            format: "mp2",
            readFormat: "mp3"
        ),
        .init(
            "layer III",
            .mpegAudio,
            ["-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0"],
            format: "mp3"
        ),
        .init(
            "layer III of MPEG-2, mono",
            .mpegAudio,
            ["-c:a", "libmp3lame", "-b:a", "48k", "-write_xing", "0", "-id3v2_version", "0"],
            rate: 24_000,
            layout: "mono",
            format: "mp3"
        ),
        ac3("ac3 mono", layout: "mono", rate: 48_000),
        ac3("ac3 stereo 44.1k", layout: "stereo", rate: 44_100),
        ac3("ac3 stereo 32k", layout: "stereo", rate: 32_000),
        ac3("ac3 3.0", layout: "3.0", rate: 48_000),
        ac3("ac3 2.1", layout: "2.1", rate: 48_000),
        ac3("ac3 3.0(back)", layout: "3.0(back)", rate: 44_100),
        ac3("ac3 quad", layout: "quad", rate: 48_000),
        ac3("ac3 4.1", layout: "4.1", rate: 32_000),
        ac3("ac3 5.0", layout: "5.0", rate: 44_100),
        ac3("ac3 5.1", layout: "5.1", rate: 48_000),
        .init("eac3 mono", .eac3, ["-c:a", "eac3"], layout: "mono", format: "eac3"),
        .init("eac3 stereo", .eac3, ["-c:a", "eac3"], format: "eac3"),
        .init("eac3 stereo 44.1k", .eac3, ["-c:a", "eac3"], rate: 44_100, format: "eac3"),
        .init("eac3 of three blocks", .eac3, ["-c:a", "eac3", "-b:a", "1600k"], format: "eac3"),
        .init("eac3 of two blocks", .eac3, ["-c:a", "eac3", "-b:a", "3000k"], layout: "5.1", format: "eac3"),
        .init("eac3 of one block", .eac3, ["-c:a", "eac3", "-b:a", "6000k"], layout: "mono", format: "eac3"),
        .init("eac3 5.1", .eac3, ["-c:a", "eac3"], layout: "5.1", format: "eac3"),
    ]

    private static func aac(_ name: String, rate: Int = 48_000, layout: String = "stereo") -> SoundJudge.Recipe {
        .init(name, .aac, ["-c:a", "aac"], rate: rate, layout: layout, format: "adts", readFormat: "aac")
    }

    private static func ac3(_ name: String, layout: String, rate: Int) -> SoundJudge.Recipe {
        .init(name, .ac3, ["-c:a", "ac3"], rate: rate, layout: layout, format: "ac3")
    }

    @Test(arguments: recipes)
    func `the silence is exact, and its edges do not click`(_ recipe: SoundJudge.Recipe) throws {
        let source = try SoundJudge.encoded(recipe)
        let frames = Array(AudioFrames(source, codec: recipe.codec))
        let header = try #require(frames.first?.header)
        let patched = try Self.patched(source, frames, recipe.codec)
        let channels = header.channels == 0 ? recipe.layout == "quad" ? 4 : 7 : header.channels
        let heard = try SoundJudge.decoded(patched.bytes, recipe, channels: channels)
        #expect(heard.complaints == "")
        let sound = heard.sound
        #expect(sound.frames == frames.reduce(0) { $0 + $1.header.samples })
        let start = patched.before * header.samples
        let end = start + patched.silent * header.samples
        // The first silent frame carries the overlap of the one before it, the filters theirs of 481 samples.
        let settled = start + max(header.samples, 1_152)
        #expect(sound.peak(settled..<end) == 0)
        #expect(sound.peak(0..<start) > 0.05)
        #expect(sound.peak(end..<sound.frames) > 0.05)
        // The encoder's own start is left out; the noise is never as large twice.
        let usual = sound.roughness(4 * header.samples..<start) * 1.25
        #expect(sound.roughness(start - 256..<settled) <= usual, "first edge")
        #expect(sound.roughness(end - 2..<end + 2 * header.samples) <= usual, "second edge")
    }

    @Test(
        arguments: recipes.filter { ["aac stereo 44.1k", "latm", "layer II", "ac3 5.1"].contains($0.testDescription) }
    )
    func `a transport stream of it plays clean`(_ recipe: SoundJudge.Recipe) throws {
        let source = try SoundJudge.encoded(recipe)
        let patched = try Self.patched(source, Array(AudioFrames(source, codec: recipe.codec)), recipe.codec)
        let types: [Track.Codec: UInt8] = [.aac: 0x0F, .latm: 0x11, .mpegAudio: 0x03, .ac3: 0x81]
        var muxer = Muxer(tracks: [track(audioPID, recipe.codec, streamType: types[recipe.codec])])
        var bytes: [UInt8] = []
        for unit in patched.units {
            let outcome = muxer.write(unit, into: &bytes)
            #expect(outcome == .written)
        }
        #expect(try SoundJudge.complaints(about: bytes, format: "mpegts") == "")
    }

    /// The stream with a few of its frames lost and silence in their place, and as much again.
    private static func patched(
        _ source: [UInt8],
        _ frames: [AudioFrames.Frame],
        _ codec: Track.Codec
    ) throws -> (bytes: [UInt8], units: [AccessUnit], before: Int, silent: Int) {
        var holder = SoundHolder(track: track(audioPID, codec))
        let before = frames.count / 2 - 2
        let lost = 5
        let header = frames[0].header
        let ticks = { (frame: Int) in 900_000 + Int64(frame * header.samples) * 90_000 / Int64(header.sampleRate) }
        func unit(_ frame: Int) -> AccessUnit {
            var unit = sound(ticks(frame), labels: [])
            unit.data = Array(source[frames[frame].range])
            return unit
        }
        var units: [AccessUnit] = []
        for frame in 0..<before {
            holder.passed(unit(frame))
            units.append(unit(frame))
        }
        #expect(holder.obstacle == nil)
        let silence = holder.silence(until: MediaTime(ticks: ticks(before + lost)))
        let silent = silence.flatMap(\.data)
        units += silence
        #expect(
            Array(AudioFrames(silent, codec: codec)).map(\.header.sampleRate)
                == Array(repeating: header.sampleRate, count: lost)
        )
        for frame in before + lost..<frames.count {
            let fitted = holder.fitted(unit(frame))
            let live = try #require(fitted)
            // The source rounds its times down, the grid to the nearest.
            let distance = try #require(holder.end).ticks - (try #require(live.pts).ticks)
            #expect((-1...1).contains(distance))
            holder.passed(live)
            units.append(live)
        }
        return (units.flatMap(\.data), units, before, lost)
    }
}
