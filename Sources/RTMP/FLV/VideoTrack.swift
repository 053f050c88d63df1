import MPEGTS

/// The video of a live stream: its codec, its parameter sets, and whether a decoder could have started by now.
struct VideoTrack {
    private var builder: AccessUnitBuilder?
    private var hasStarted = false
    private var unsupported: UInt32?

    /// The track as a transport stream would have it; `nil` until its header was seen.
    var track: Track? {
        self.builder.map { builder in
            Track(
                pid: FLVDemuxer.videoPID,
                streamType: builder.codec == .hevc ? 0x24 : 0x1B,
                codec: builder.codec,
                descriptors: []
            )
        }
    }

    /// A picture found in a tag.
    struct Frame {
        /// Where its NAL units start.
        var offset: Int
        /// Milliseconds.
        var compositionTime: Int32
    }

    /// Reads a tag's payload: takes a header over, or finds a picture; `nil` when there is none to decode.
    mutating func received(_ payload: [UInt8]) throws(FLVFault) -> Frame? {
        guard let body = try self.body(payload) else { return nil }
        switch body.content {
        case .nothing:
            return nil
        case .configuration:
            let configuration =
                body.codec == .hevc
                ? try DecoderConfiguration(hvcC: payload, from: body.offset)
                : try DecoderConfiguration(avcC: payload, from: body.offset)
            if self.builder?.codec != body.codec { self.hasStarted = false }
            self.builder = AccessUnitBuilder(codec: body.codec, configuration: configuration)
            return nil
        case .frames(let compositionTime):
            // Joined before the header was sent, or a codec whose header is still to come.
            guard self.builder?.codec == body.codec, payload.count > body.offset else { return nil }
            return Frame(offset: body.offset, compositionTime: compositionTime)
        }
    }

    /// The access unit of a picture; `nil` before the first a decoder can start at.
    mutating func unit(
        of frame: Frame,
        in payload: [UInt8]
    ) throws(FLVFault) -> (data: [UInt8], isRandomAccessPoint: Bool)? {
        guard let builder = self.builder else { return nil }
        let picture = try builder.build(payload, from: frame.offset)
        self.hasStarted = self.hasStarted || picture.isRandomAccessPoint
        return self.hasStarted ? picture : nil
    }

    /// The publisher returned.
    mutating func restarted() { self.hasStarted = false }

    private mutating func body(_ payload: [UInt8]) throws(FLVFault) -> VideoTagBody? {
        do throws(FLVFault) {
            let body = try VideoTagBody(parsing: payload)
            self.unsupported = nil
            return body
        } catch {
            guard case .unsupportedVideo(let codec) = error else { throw error }
            if codec == self.unsupported { return nil }
            self.unsupported = codec
            throw error
        }
    }
}
