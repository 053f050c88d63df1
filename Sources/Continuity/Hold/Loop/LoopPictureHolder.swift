package import MPEGTS
package import Model

/// Holds a video track of any kind by showing its last whole group of pictures again and again.
///
/// For streams whose last picture can't be repeated. It knows no codec but for parameter sets: the group is sent as it
/// was, with new times, without the pictures that lead its random access point and need what came before.
package struct LoopPictureHolder: PictureHolder {
    /// Bytes of the longest group kept: ten seconds at 13 Mbit/s.
    package static let bytesMax = 16 << 20
    /// Seconds of the longest group kept: encoders place random access points every 1 to 10 s.
    package static let secondsMax: Int64 = 12

    private let codec: Track.Codec
    private var sets: ParameterSets
    private var times = HeldTimes()
    /// The group that goes on, in decoding order; empty when it is too long, or was cut.
    private var growing: [AccessUnit] = []
    private var growingBytes = 0
    /// The last that is whole.
    private var group: [AccessUnit] = []
    /// Which of its pictures comes next, and where the group's first one is shown.
    private var index = 0
    private var start = MediaTime.zero

    package init(codec: Track.Codec) {
        self.codec = codec
        self.sets = ParameterSets(codec: codec)
    }

    package mutating func passed(_ picture: AccessUnit) -> AccessUnit {
        self.sets.observe(picture.data)
        self.times.sent(picture)
        self.index = 0
        if picture.isRandomAccessPoint {
            if !self.growing.isEmpty { self.group = self.growing }
            self.growing = []
            self.growingBytes = 0
            self.grow(picture)
        } else if !self.growing.isEmpty {
            self.grow(picture)
        }
        return picture
    }

    package var obstacle: String? { self.group.isEmpty ? "no-whole-group" : nil }
    package var pictureTicks: Int64 { self.times.pictureTicks }
    package var nextPresentation: MediaTime? {
        guard self.index > 0, self.group.indices.contains(self.index) else { return self.times.next }
        return self.place(self.group[self.index])
    }

    /// Nothing: what is missing can't be made without the codec.
    package mutating func fill() -> [AccessUnit] { [] }

    package mutating func held(parameterSets: Bool) -> AccessUnit? {
        if !self.group.indices.contains(self.index) { self.index = 0 }
        guard self.group.indices.contains(self.index), let next = self.times.next else { return nil }
        if self.index == 0 { self.start = next }
        var picture = self.group[self.index]
        var place = self.place(picture) ?? next
        let before = self.index > 0 ? self.group[self.index - 1].dts : nil
        let step = before.flatMap { before in picture.dts.map { min($0.ticks &- before.ticks, self.pictureTicks) } }
        var decoded = self.times.made(at: place, step: step)
        if decoded == nil {
            // Times of a source that is out of order; those sent only rise.
            place = next
            decoded = self.times.made(at: place, step: 1)
        }
        guard let decoded else { return nil }
        picture.pts = place
        picture.dts = decoded
        if self.index == 0 {
            picture.data = self.beginning(picture.data)
        } else if parameterSets {
            picture.data = self.withSets(picture.data)
        }
        self.index += 1
        return picture
    }

    package mutating func restart() -> AccessUnit? {
        self.index = 0
        return self.held(parameterSets: true)
    }

    package mutating func resume() {
        self.growing = []
        self.index = 0
    }
}

extension LoopPictureHolder {
    private mutating func grow(_ picture: AccessUnit) {
        guard let shown = picture.pts, picture.dts != nil else { return self.growing = [] }
        let first = self.growing.first?.pts ?? shown
        // Pictures that lead the first one may need what came before it, and no other picture of the group needs them.
        guard shown >= first else { return }
        self.growingBytes += picture.data.count
        let isTooLong = (shown - first).ticks > MediaTime(seconds: Self.secondsMax).ticks
        guard !isTooLong, self.growingBytes <= Self.bytesMax else { return self.growing = [] }
        self.growing.append(picture)
    }

    /// Where a picture of the group is shown in this round.
    private func place(_ picture: AccessUnit) -> MediaTime? {
        guard let first = self.group.first?.pts, let shown = picture.pts else { return nil }
        return self.start + (shown - first)
    }

    private func beginning(_ data: [UInt8]) -> [UInt8] {
        switch self.codec {
        case .hevc: HEVCRandomAccess.beginning(data, leading: .none, parameterSets: self.sets.annexB)
        case .mpeg2Video: MPEG2Unit.beginning(data)
        default: self.withSets(data)
        }
    }

    /// The picture with the stream's parameter sets, behind its delimiter.
    private func withSets(_ data: [UInt8]) -> [UInt8] {
        var units = NALUnits(data)
        guard !self.sets.annexB.isEmpty, let first = units.next() else { return data }
        let isDelimiter =
            switch self.codec {
            case .h264: H264.type(data[first.lowerBound]) == H264.UnitType.accessUnitDelimiter
            case .hevc: HEVC.type(data[first.lowerBound]) == HEVC.UnitType.accessUnitDelimiter
            default: false
            }
        guard isDelimiter else { return self.sets.annexB + data }
        return data[..<first.upperBound] + self.sets.annexB + data[first.upperBound...]
    }
}
