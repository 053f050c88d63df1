import MPEGTS
import Model

/// The sample played over and over, as one stream whose times go on and whose pictures differ from round to round.
///
/// A round's pictures end in another number of `cabac_zero_word`s (ITU-T H.264, 7.4.2.10), which decoders pass over, so
/// that a picture that is sent again can be told from the same picture of another round.
struct DemoBroadcast: Sendable {
    /// Rounds before the numbers repeat: more than the minute for which sent pictures are remembered.
    static let roundsDistinct = 12
    /// How far it has run when the first connection comes, so that there is a buffer to send again.
    static let headStart = MediaTime(seconds: 16)

    let tracks: [Track]
    private let units: [AccessUnit]
    /// When each unit is decoded, from the first on.
    private let times: [MediaTime]
    private let length: MediaTime
    private let videoPID: UInt16?

    init(packets: [UInt8]) {
        var demuxer = Demuxer()
        var tracks: [Track] = []
        var units: [AccessUnit] = []
        demuxer.push(packets) { output in
            switch output {
            case .tracks(let found): tracks = found
            case .unit(let unit) where unit.dts != nil: units.append(unit)
            default: break
            }
        }
        let first = units.compactMap(\.dts).min() ?? .zero
        let video = tracks.first { $0.codec.isVideo }?.pid
        self.tracks = tracks
        self.units = units
        self.times = units.map { ($0.dts ?? first) - first }
        self.videoPID = video
        self.length = MediaTime(seconds: 8)
    }

    /// The unit with this number, counted over all rounds, and when it is due.
    func unit(_ number: Int) -> (unit: AccessUnit, due: MediaTime) {
        let round = number / self.units.count
        let place = number % self.units.count
        let shift = MediaTime(ticks: self.length.ticks * Int64(round))
        var unit = self.units[place]
        unit.pts = unit.pts.map { $0 + shift }
        unit.dts = unit.dts.map { $0 + shift }
        if unit.pid == self.videoPID {
            for _ in 0..<round % Self.roundsDistinct { unit.data += [0, 0, 3] }
        }
        return (unit, self.times[place] + shift)
    }

    /// The number of the last picture at or before `time` that a decoder can start at.
    func start(before time: MediaTime) -> Int {
        let perRound = self.units.count
        var number = max(0, Int(time.ticks / self.length.ticks) + 1) * perRound
        while number > 0 {
            let (unit, due) = self.unit(number)
            if due <= time, unit.pid == self.videoPID, unit.isRandomAccessPoint { return number }
            number -= 1
        }
        return 0
    }
}
