import MPEGTS
import Model

/// What a supplier has on air: an endless stream made of a reel, and its last seconds.
///
/// Pure: time is told. Media is counted from the start of the broadcast; times in the stream are that and an offset,
/// which faults move.
struct Broadcast: Sendable {
    /// One unit as it was on air.
    struct Chunk: Sendable {
        /// Counts all chunks of the broadcast from 0.
        var number: Int
        /// When it is due.
        var due: MediaTime
        /// Group of pictures it belongs to, from 0.
        var group: Int
        /// Whether a group begins here: tables come first.
        var isStart: Bool
        /// The unit with its times as they are in the stream.
        var unit: Reel.Unit
        /// Its packets.
        var bytes: [UInt8]
    }

    /// Media that is kept: the longest replay and more.
    static let keptLength = MediaTime(seconds: 45)
    /// Where time stamps begin.
    static let firstTime = MediaTime(seconds: 10)
    /// Media before the 33-bit end after ``Fault/Times/wrap``.
    private static let wrapLead = MediaTime(seconds: 2)

    private(set) var chunks: [Chunk] = []
    private var reel: Reel
    private var nextReel: Reel?
    private var writer: TransportWriter
    private var changesPIDs = false
    private var index = 0
    private var loops: Int64 = 0
    private var offset = Self.firstTime
    private var number = 0
    private var group = -1

    init(_ reel: Reel) {
        self.reel = reel
        self.writer = TransportWriter(reel)
    }

    var currentReel: Reel { self.reel }

    /// When the next unit is due.
    private var due: MediaTime { MediaTime(ticks: Reel.length.ticks * self.loops) + self.reel.units[self.index].dts }

    /// Puts on air all that is due up to `now`, and forgets what is too old.
    mutating func advance(to now: MediaTime) {
        while self.due <= now { self.emit() }
        let oldest = now - Self.keptLength
        guard let first = self.chunks.first, first.due + MediaTime(seconds: 5) < oldest else { return }
        self.chunks.removeFirst(self.chunks.firstIndex { $0.due >= oldest } ?? 0)
    }

    mutating func hasClock(_ hasClock: Bool) { self.writer.hasClock = hasClock }

    /// The stream's times are moved from the next unit on.
    mutating func move(_ times: Fault.Times) {
        let position = self.due
        switch times {
        case .restart: self.offset = MediaTime(seconds: 1) - position
        case .jump(let seconds): self.offset += MediaTime(seconds: Int64(seconds))
        case .wrap: self.offset = MediaTime(ticks: MediaTime.wrap) - Self.wrapLead - position
        }
    }

    /// The pictures come from another reel from its next random access point on.
    mutating func change(to reel: Reel) { self.nextReel = reel }

    mutating func changePIDs() { self.changesPIDs = true }

    /// The chunk at which a random access point begins, `length` or a little more before the end.
    func start(before length: MediaTime) -> Int {
        guard let end = self.chunks.last else { return 0 }
        let start = self.chunks.last { $0.isStart && $0.due <= end.due - length } ?? self.chunks.first { $0.isStart }
        return start?.number ?? end.number
    }

    /// The number of the chunk that comes next.
    var next: Int { self.number }

    /// The chunks from `number` on; `nil` when the first has been forgotten.
    func chunks(from number: Int) -> ArraySlice<Chunk>? {
        guard let first = self.chunks.first else { return [] }
        guard number >= first.number else { return nil }
        return self.chunks[min(number - first.number, self.chunks.count)...]
    }

    private mutating func emit() {
        if self.reel.units[self.index].isRandomAccessPoint {
            self.group += 1
            self.takeChanges()
        }
        var unit = self.reel.units[self.index]
        let due = self.due
        let base = due - unit.dts
        unit.dts = unit.dts + base + self.offset
        unit.pts = unit.pts + base + self.offset
        let bytes = self.writer.write(unit)
        self.chunks.append(
            Chunk(
                number: self.number,
                due: due,
                group: self.group,
                isStart: unit.isRandomAccessPoint,
                unit: unit,
                bytes: bytes
            )
        )
        self.number += 1
        self.index += 1
        guard self.index == self.reel.units.count else { return }
        self.index = 0
        self.loops += 1
    }

    private mutating func takeChanges() {
        if let reel = self.nextReel {
            self.nextReel = nil
            let time = self.reel.units[self.index].dts
            // Random access points of all reels are at the same places, but a different codec may delay its pictures.
            let index = reel.units.firstIndex { $0.isRandomAccessPoint && $0.dts >= time } ?? 0
            self.reel = reel
            self.index = index
            self.writer.change(to: reel)
        }
        if self.changesPIDs {
            self.changesPIDs = false
            self.writer.changePIDs()
        }
    }
}
