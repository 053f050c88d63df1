package import MPEGTS
package import Model

/// The holder of pictures for a video track: that of its codec, and the loop where that one can't.
package struct PictureHold: PictureHolder {
    /// How pictures are made.
    package enum Method: String, CaseIterable, Hashable, Sendable {
        /// The last picture, repeated with pictures in which everything is skipped.
        case skip
        /// The last group of pictures, again and again.
        case loop
    }

    private let codec: Track.Codec
    private var own: (any PictureHolder)?
    /// Given pictures only while the codec's own can't: a group takes some megabytes.
    private var loop: LoopPictureHolder

    /// `nil` for tracks that are not video.
    package init?(codec: Track.Codec) {
        switch codec {
        case .hevc: self.own = HEVCPictureHolder()
        case .mpeg2Video: self.own = MPEG2PictureHolder()
        case .h264: self.own = H264PictureHolder()
        default: return nil
        }
        self.codec = codec
        self.loop = LoopPictureHolder(codec: codec)
    }

    /// How a picture would be made now.
    package var method: Method { self.skipObstacle == nil ? .skip : .loop }

    package var methodName: String { self.method.rawValue }

    /// Why the last picture can't be repeated, in two or three words with hyphens; `nil` when it can.
    package var skipObstacle: String? {
        guard let own = self.own else { return "no-holder" }
        return own.obstacle
    }

    package mutating func passed(_ picture: AccessUnit) -> AccessUnit {
        let couldSkip = self.method == .skip
        let picture = self.own?.passed(picture) ?? picture
        if self.method == .loop {
            _ = self.loop.passed(picture)
        } else if !couldSkip {
            self.loop = LoopPictureHolder(codec: self.codec)
        }
        return picture
    }

    package var obstacle: String? { self.method == .skip ? nil : self.loop.obstacle }
    package var pictureTicks: Int64 { self.using { $0.pictureTicks } }
    package var nextPresentation: MediaTime? { self.using { $0.nextPresentation } }

    package mutating func fill() -> [AccessUnit] { self.changing { $0.fill() } }
    package mutating func held(parameterSets: Bool) -> AccessUnit? {
        self.changing { $0.held(parameterSets: parameterSets) }
    }
    package mutating func restart() -> AccessUnit? { self.changing { $0.restart() } }

    package mutating func resume() {
        self.own?.resume()
        self.loop.resume()
    }

    private func using<Value>(_ body: (any PictureHolder) -> Value) -> Value {
        if self.method == .skip, let own = self.own { return body(own) }
        return body(self.loop)
    }

    private mutating func changing<Value>(_ body: (inout any PictureHolder) -> Value) -> Value {
        if self.method == .skip, var own = self.own {
            self.own = nil
            defer { self.own = own }
            return body(&own)
        }
        var loop: any PictureHolder = self.loop
        defer { if let changed = loop as? LoopPictureHolder { self.loop = changed } }
        return body(&loop)
    }
}
