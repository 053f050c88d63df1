package import MPEGTS
import Model

/// Turns the tags of a live stream into tracks and access units, as a transport stream has them.
///
/// - Tracks come first, once the headers of video and audio are known; when one is missing, the demuxer waits for it for
///   ``waitMilliseconds`` of media, unless `onMetaData` names only one of them, and holds the units back meanwhile. They
///   come again when the set or a codec changes.
/// - Video starts at a random access point, at first, after a restart and after a change of codec; what comes before is
///   dropped. Audio does not wait for video.
/// - DTS is the time stamp × 90, not wrapped: 64 bits, rising over the wraps of FLV's 32 bits and of 33-bit stamps. Audio
///   is placed by counting samples (``SampleGrid``). PTS may be less than DTS where a composition time is negative.
/// - A publisher's restart is passed as it is, flagged before the first unit of its new times.
///
/// Headers don't move the clock: servers send them with any time stamp. They stay known over a restart.
/// Source: Adobe Flash Video File Format Specification 10.1, annex E.
package struct FLVDemuxer: Sendable {
    package enum Output: Hashable, Sendable {
        /// The tracks from here on.
        case tracks([Track])
        case unit(AccessUnit)
        /// The time stamps begin anew: the publisher returned, or looped.
        case restarted
        case fault(FLVFault)
    }

    /// The PID of the video track.
    package static let videoPID: UInt16 = 0x100
    /// The PID of the audio track.
    package static let audioPID: UInt16 = 0x101
    /// Media to wait through for the header of the other track, in milliseconds; servers send it within 1.2 s.
    package static let waitMilliseconds: Int64 = 2_000
    /// Units held back meanwhile; 2 s of 60 pictures and 47 audio frames a second are 214.
    package static let heldUnitsMax = 512
    /// Bytes held back meanwhile: 2 s of 32 Mbit/s.
    package static let heldBytesMax = 8 << 20

    private var video = VideoTrack()
    private var audio = AudioTrack()
    private var clock = MillisecondClock()
    /// The tracks told last; `nil` while units are held back.
    private var told: [Track]?
    private var held: [AccessUnit] = []
    private var heldBytes = 0
    private var heldSince: Int64?
    /// What `onMetaData` names; both unless it names one.
    private var announcesVideo = true
    private var announcesAudio = true

    /// A demuxer at the start of a connection.
    package init() {}

    /// What a tag brings.
    package mutating func received(_ tag: FLVTag) -> [Output] {
        guard !tag.payload.isEmpty else { return [] }
        var outputs: [Output] = []
        do throws(FLVFault) {
            switch tag.kind {
            case .data: self.readMetadata(tag.payload)
            case .video: try self.receivedVideo(tag, into: &outputs)
            case .audio: try self.receivedAudio(tag, into: &outputs)
            }
        } catch {
            outputs.append(.fault(error))
        }
        return outputs
    }

    private mutating func receivedVideo(_ tag: FLVTag, into outputs: inout [Output]) throws(FLVFault) {
        guard let frame = try self.video.received(tag.payload) else { return }
        let milliseconds = self.place(tag, into: &outputs)
        guard let picture = try self.video.unit(of: frame, in: tag.payload) else { return }
        let shown = milliseconds &+ Int64(frame.compositionTime)
        let unit = AccessUnit(
            pid: Self.videoPID,
            pts: MediaTime(ticks: shown &* 90),
            dts: MediaTime(ticks: milliseconds &* 90),
            isRandomAccessPoint: picture.isRandomAccessPoint,
            data: picture.data,
            streamID: 0xE0
        )
        self.emit(unit, at: milliseconds, into: &outputs)
    }

    private mutating func receivedAudio(_ tag: FLVTag, into outputs: inout [Output]) throws(FLVFault) {
        guard let frames = try self.audio.received(tag.payload) else { return }
        let milliseconds = self.place(tag, into: &outputs)
        let time = MediaTime(ticks: self.audio.place(frames, ticks: milliseconds &* 90))
        let unit = AccessUnit(
            pid: Self.audioPID,
            pts: time,
            dts: time,
            isRandomAccessPoint: true,
            data: frames.data,
            streamID: 0xC0
        )
        self.emit(unit, at: milliseconds, into: &outputs)
    }

    private mutating func place(_ tag: FLVTag, into outputs: inout [Output]) -> Int64 {
        let (milliseconds, restarted) = self.clock.place(tag.timestamp, tag.kind)
        if restarted {
            self.video.restarted()
            self.audio.restarted()
            if self.told == nil {
                self.held = []
                self.heldBytes = 0
                self.heldSince = nil
            } else {
                outputs.append(.restarted)
            }
        }
        return milliseconds
    }

    private mutating func emit(_ unit: AccessUnit, at milliseconds: Int64, into outputs: inout [Output]) {
        let tracks = [self.video.track, self.audio.track].compactMap { $0 }
        if let told = self.told {
            if told != tracks {
                self.told = tracks
                outputs.append(.tracks(tracks))
            }
            outputs.append(.unit(unit))
            return
        }
        self.held.append(unit)
        self.heldBytes += unit.data.count
        let since = self.heldSince ?? milliseconds
        self.heldSince = since
        let hasAll =
            (self.video.track != nil || !self.announcesVideo) && (self.audio.track != nil || !self.announcesAudio)
        let hasWaited =
            milliseconds &- since >= Self.waitMilliseconds || self.held.count >= Self.heldUnitsMax
            || self.heldBytes >= Self.heldBytesMax
        guard hasAll || hasWaited else { return }
        self.told = tracks
        outputs.append(.tracks(tracks))
        outputs += self.held.map { .unit($0) }
        self.held = []
        self.heldBytes = 0
    }

    private mutating func readMetadata(_ payload: [UInt8]) {
        var values = AMF0Reader(payload)
        let readable = values.readable()
        guard readable.prefix(2).contains(.string("onMetaData")),
            let metadata = readable.first(where: { $0.properties != nil })
        else { return }
        // nginx-rtmp always writes both names, with 0 for what the publisher did not name.
        func names(_ name: String) -> Bool { metadata[name].map { $0.number != 0 } ?? false }
        let hasVideo = names("videocodecid")
        let hasAudio = names("audiocodecid")
        // One that names neither says nothing.
        self.announcesVideo = hasVideo || !hasAudio
        self.announcesAudio = hasAudio || !hasVideo
    }
}
