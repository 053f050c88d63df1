import MPEGTS
import Model

extension Slate {
    /// Reads a clip from a transport stream.
    ///
    /// It is to be played in a loop without a decoder noticing: one track of pictures that begins with an IDR picture
    /// and its parameter sets, nothing shown before that one, and at most one track of sound that lasts as long.
    ///
    /// - Throws: ``SlateError``, which says what was found and what is allowed.
    package init(reading bytes: [UInt8]) throws(SlateError) {
        guard bytes.count <= Self.sizeBytesMax else { throw .tooLarge(bytes: bytes.count) }
        var demuxer = Demuxer()
        var units: [AccessUnit] = []
        var faults = 0
        let emit: (Demuxer.Output) -> Void = { output in
            switch output {
            case .unit(let unit): units.append(unit)
            case .fault: faults += 1
            case .tracks: break
            }
        }
        demuxer.push(bytes, emit)
        demuxer.fileEnded(emit)
        guard !demuxer.tracks.isEmpty, !units.isEmpty else { throw .notTransportStream }
        guard faults == 0 else { throw .damaged(faults: faults) }
        let videos = demuxer.tracks.filter(\.codec.isVideo)
        let sounds = demuxer.tracks.filter(\.codec.isAudio)
        guard let video = videos.first, videos.count == 1 else { throw .videoTracks(videos.count) }
        guard sounds.count <= 1 else { throw .audioTracks(sounds.count) }
        self.video = video
        (self.pictures, self.ticks) = try Self.pictures(of: units.filter { $0.pid == video.pid }, codec: video.codec)
        self.sound = try sounds.first.map { track throws(SlateError) in
            try Self.sound(of: units.filter { $0.pid == track.pid }, track: track)
        }
        self.sizeBytes = bytes.count
        if let sound = self.sound {
            let length = sound.start(of: Int64(sound.frames.count))
            guard length >= self.ticks - MediaTime(milliseconds: 250).ticks else {
                throw .soundTooShort(milliseconds: length / 90, pictures: self.ticks / 90)
            }
        }
    }

    private static func pictures(
        of units: [AccessUnit],
        codec: Track.Codec
    ) throws(SlateError) -> (pictures: [Picture], ticks: Int64) {
        guard let first = units.first, let start = (first.dts ?? first.pts)?.ticks, units.count > 1 else {
            throw .tooFewPictures(units.count)
        }
        guard Self.begins(with: first.data, codec: codec) else { throw .noStart }
        var pictures: [Picture] = []
        for unit in units {
            guard let raw = (unit.dts ?? unit.pts)?.ticks, let shown = (unit.pts ?? unit.dts)?.ticks else {
                throw .noTimeStamp
            }
            let decoding = Self.distance(from: start, to: raw)
            let presentation = decoding + Self.distance(from: raw, to: shown)
            if let last = pictures.last, decoding <= last.decoding { throw .notRising }
            if let first = pictures.first, presentation <= first.presentation { throw .openGOP }
            pictures.append(Picture(unit: unit, decoding: decoding, presentation: presentation))
        }
        let ticks = Self.length(of: pictures)
        guard ticks <= Self.lengthMax.ticks else { throw .tooLong(milliseconds: ticks / 90) }
        return (pictures, ticks)
    }

    /// The last picture lasts as long as they do on average.
    private static func length(of pictures: [Picture]) -> Int64 {
        guard let last = pictures.last, pictures.count > 1 else { return 0 }
        let steps = Int64(pictures.count - 1)
        return last.decoding + (last.decoding + steps / 2) / steps
    }

    private static func sound(of units: [AccessUnit], track: Track) throws(SlateError) -> Sound {
        var frames: [[UInt8]] = []
        var first: AudioFrameHeader?
        for unit in units {
            for frame in AudioFrames(unit.data, codec: track.codec, after: first) {
                guard frame.header.samples > 0, track.codec != .latm,
                    first.map({ $0.samples == frame.header.samples && $0.sampleRate == frame.header.sampleRate })
                        ?? true
                else { throw .unevenSound }
                first = first ?? frame.header
                frames.append(Array(unit.data[frame.range]))
            }
        }
        guard let first, let unit = units.first, first.sampleRate > 0 else { throw .unevenSound }
        return Sound(
            track: track,
            streamID: unit.streamID,
            frames: frames,
            samples: Int64(first.samples),
            rate: Int64(first.sampleRate)
        )
    }

    /// Whether a decoder that knows nothing can begin with this picture, and needs nothing before it later on.
    private static func begins(with data: [UInt8], codec: Track.Codec) -> Bool {
        var kinds: Set<UInt8> = []
        switch codec {
        case .h264:
            for unit in NALUnits(data) { kinds.insert(H264.type(data[unit.lowerBound])) }
            return kinds.isSuperset(of: [H264.UnitType.sps, H264.UnitType.pps, H264.UnitType.idr])
        case .hevc:
            for unit in NALUnits(data) { kinds.insert(HEVC.type(data[unit.lowerBound])) }
            // IDR_W_RADL and IDR_N_LP (H.265, Table 7-1).
            return kinds.isSuperset(of: [HEVC.UnitType.vps, HEVC.UnitType.sps, HEVC.UnitType.pps])
                && (kinds.contains(19) || kinds.contains(20))
        case .mpeg2Video:
            return MPEG2Video.isRandomAccessPoint(data)
        default:
            return false
        }
    }

    /// The signed distance between two 33-bit time stamps (ISO/IEC 13818-1, 2.4.3.7).
    private static func distance(from start: Int64, to end: Int64) -> Int64 {
        let forward = (end &- start) & (MediaTime.wrap - 1)
        return forward >= MediaTime.wrap / 2 ? forward - MediaTime.wrap : forward
    }
}

/// Why a clip is no slate, in one line.
package enum SlateError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLarge(bytes: Int)
    case notTransportStream
    case damaged(faults: Int)
    case videoTracks(Int)
    case audioTracks(Int)
    case tooFewPictures(Int)
    case noStart
    case noTimeStamp
    case notRising
    case openGOP
    case tooLong(milliseconds: Int64)
    case unevenSound
    case soundTooShort(milliseconds: Int64, pictures: Int64)

    package var description: String {
        switch self {
        case .tooLarge(let bytes): "found \(bytes) bytes, allowed \(Slate.sizeBytesMax)"
        case .notTransportStream: "it is no MPEG transport stream with pictures"
        case .damaged(let faults): "it is damaged: \(faults) faults were found"
        case .videoTracks(let count): "found \(count) tracks of pictures, allowed is 1 (H.264, HEVC or MPEG-2)"
        case .audioTracks(let count): "found \(count) tracks of sound, allowed are 0 or 1"
        case .tooFewPictures(let count): "found \(count) pictures, at least 2 are needed"
        case .noStart: "it does not begin with an IDR picture and its parameter sets"
        case .noTimeStamp: "a picture has no time stamp"
        case .notRising: "its decoding times do not rise"
        case .openGOP: "a picture is shown before the first one: its GOPs are open or out of order"
        case .tooLong(let milliseconds):
            "found \(milliseconds / 1_000) s, allowed \(Slate.lengthMax.milliseconds / 1_000) s"
        case .unevenSound: "its sound is not one run of AAC (ADTS), MPEG or AC-3 frames of one length"
        case .soundTooShort(let milliseconds, let pictures):
            "its sound lasts \(milliseconds) ms and its pictures \(pictures) ms: they have to be as long"
        }
    }
}
