@testable import Continuity
import MPEGTS
import Model

let videoPID: UInt16 = 0x31
let audioPID: UInt16 = 0x32
let cuePID: UInt16 = 0x33
let subtitlePID: UInt16 = 0x34

func track(_ pid: UInt16, _ codec: Track.Codec, streamType: UInt8? = nil) -> Track {
    let types: [Track.Codec: UInt8] = [
        .h264: 0x1B, .hevc: 0x24, .mpeg2Video: 0x02, .aac: 0x0F, .ac3: 0x81, .mpegAudio: 0x03, .scte35: 0x86,
        .dvbSubtitles: 0x06,
    ]
    return Track(pid: pid, streamType: streamType ?? types[codec] ?? 0x06, codec: codec, descriptors: [])
}

let usualTracks = [
    track(videoPID, .h264), track(audioPID, .aac), track(cuePID, .scte35), track(subtitlePID, .dvbSubtitles),
]

/// A picture whose data says which one it is.
func picture(
    _ dts: Int64,
    point: Bool = false,
    lead: Int64 = 0,
    label: [UInt8] = [0],
    pid: UInt16 = videoPID
) -> AccessUnit {
    AccessUnit(
        pid: pid,
        pts: MediaTime(ticks: Int64(MediaTime(ticks: dts + lead).wrapped)),
        dts: MediaTime(ticks: Int64(MediaTime(ticks: dts).wrapped)),
        isRandomAccessPoint: point,
        data: label,
        streamID: 0xE0
    )
}

/// One ADTS frame of 1,024 samples at 48 kHz (1,920 ticks).
///
/// Source of the layout: ISO/IEC 14496-3, 1.A.2.2.
func adtsFrame(_ payload: [UInt8]) -> [UInt8] {
    let size = payload.count + 7
    return [
        0xFF, 0xF1, 0x4C, 0x80 | UInt8(size >> 11), UInt8(size >> 3 & 0xFF), UInt8(size & 7) << 5 | 0x1F, 0xFC,
    ] + payload
}

let soundTicks: Int64 = 1_920

/// A PES packet of sound: one frame per label.
func sound(_ pts: Int64, labels: [[UInt8]] = [[0]], pid: UInt16 = audioPID) -> AccessUnit {
    AccessUnit(
        pid: pid,
        pts: MediaTime(ticks: Int64(MediaTime(ticks: pts).wrapped)),
        dts: nil,
        isRandomAccessPoint: true,
        data: labels.flatMap(adtsFrame),
        streamID: 0xC0
    )
}

func seconds(_ seconds: Double) -> Int64 { Int64(seconds * 90_000) }

extension OutputTimeline {
    /// Takes a unit, and begins each epoch at the first random access point.
    mutating func played(_ unit: AccessUnit, at now: MediaTime) -> [Output] {
        self.received(unit, at: now).flatMap { output -> [Output] in
            switch output {
            case .left(let unit) where unit.isRandomAccessPoint: self.enter(with: unit, now: now)
            case .left(let unit), .gapped(let unit): [.dropped(pid: unit.pid, .waiting)]
            case .deliver, .dropped: [output]
            }
        }
    }
}
