import MPEGTS
import Model

@testable import Continuity

/// Holds a picture by saying its label again, with the next times; enough to see where held pictures go.
struct LabelHolder: PictureHolder {
    var last: AccessUnit?
    var point: AccessUnit?
    var resumes = 0

    mutating func passed(_ picture: AccessUnit) -> AccessUnit {
        self.last = picture
        if picture.isRandomAccessPoint { self.point = picture }
        return picture
    }

    var obstacle: String? { nil }
    var pictureTicks: Int64 { 3_600 }
    var nextPresentation: MediaTime? { self.last?.pts.map { $0 + MediaTime(ticks: 3_600) } }
    mutating func fill() -> [AccessUnit] { [] }

    mutating func held(parameterSets: Bool) -> AccessUnit? {
        guard var unit = self.last else { return nil }
        unit.pts = unit.pts.map { $0 + MediaTime(ticks: 3_600) }
        unit.dts = unit.dts.map { $0 + MediaTime(ticks: 3_600) }
        unit.isRandomAccessPoint = false
        self.last = unit
        return unit
    }

    mutating func restart() -> AccessUnit? {
        guard let point = self.point, var unit = self.held(parameterSets: true) else { return nil }
        unit.data = point.data
        unit.isRandomAccessPoint = true
        self.last = unit
        return unit
    }

    mutating func resume() { self.resumes += 1 }
}

/// A supplier's programme of 25 pictures a second with a random access point each second, each picture labelled with its
/// number, and sound; played into the machine at its pace.
struct Broadcast {
    var machine: ChannelContinuity
    var now = MediaTime(seconds: 100)
    var reports: [String] = []
    /// The numbers of the pictures that went out; held ones negative.
    var pictures: [Int] = []
    var times: [Int64] = []
    var sounds: [(start: Int64, isHeld: Bool)] = []
    /// What subtitles that went out say.
    var subtitles: [[UInt8]] = []
    /// When each picture went out, ticks after the beginning.
    var sentAt: [Int64] = []
    /// Source time of picture 0.
    var base: Int64 = 900_000
    /// The next picture.
    var number = 0
    var run = 0
    var pointEvery = 25
    /// After so many pictures they are the first ones again, at times that go on.
    var repeats = Int.max

    init(configuration: ContinuityConfiguration = ContinuityConfiguration()) {
        self.machine = ChannelContinuity(configuration: configuration, holders: Holders { _ in LabelHolder() })
    }

    /// Opens a run of a source and feeds it.
    mutating func open(_ source: Int64 = 1, isBursty: Bool = false, feeds: Bool = true) {
        self.run += 1
        self.machine.opened(run: self.run, source: SourceID(source), isBursty: isBursty, now: self.now)
        if feeds { self.note(self.machine.feed(run: self.run, now: self.now)) }
        let tracks = [track(videoPID, .h264), track(audioPID, .aac), track(subtitlePID, .dvbSubtitles)]
        self.machine.found(tracks, run: self.run)
    }

    mutating func close() {
        self.note(self.machine.closed(run: self.run, cause: "closed", now: self.now))
    }

    /// The units of a picture's time: the picture, and the sound that begins while it is shown.
    func units(_ number: Int) -> [AccessUnit] {
        let dts = self.base + Int64(number) * 3_600
        let shown = number % self.repeats
        let label =
            [UInt8](repeating: UInt8(truncatingIfNeeded: shown), count: 600)
            + [UInt8(truncatingIfNeeded: shown >> 8), UInt8(truncatingIfNeeded: shown), 1]
        var units = [picture(dts, point: number % self.pointEvery == 0, lead: 3_600, label: label)]
        var frame = (Int64(number) * 3_600 + 1_919) / 1_920
        while frame * 1_920 < Int64(number + 1) * 3_600 {
            units.append(sound(self.base + 3_600 + frame * 1_920, labels: [[UInt8(truncatingIfNeeded: frame)]]))
            frame += 1
        }
        return units
    }

    /// The next `count` pictures, each at its time.
    mutating func play(_ count: Int) {
        for _ in 0..<count {
            self.send(self.units(self.number))
            self.number += 1
            self.pass(3_600)
        }
    }

    /// Pictures all at once.
    mutating func burst(_ numbers: Range<Int>) {
        for number in numbers { self.send(self.units(number)) }
        self.number = numbers.upperBound
    }

    mutating func send(_ units: [AccessUnit], run: Int? = nil) {
        self.note(self.machine.received(units, run: run ?? self.run, now: self.now))
    }

    /// Time goes by, in pictures' lengths; the programme goes on, unseen.
    mutating func silence(_ pictures: Int) {
        for _ in 0..<pictures { self.pass(3_600) }
        self.number += pictures
    }

    mutating func pass(_ ticks: Int64) {
        self.now += MediaTime(ticks: ticks)
        self.note(self.machine.timePassed(now: self.now))
        for output in self.machine.due(now: self.now) {
            guard case .unit(let unit, let isHeld, _) = output, let time = unit.pts?.ticks else { continue }
            if unit.pid == 258 {
                self.subtitles.append(unit.data)
                continue
            }
            if unit.streamID == 0xC0 {
                self.sounds.append((time, isHeld))
                continue
            }
            let label = unit.data.suffix(3)
            let number = Int(label[label.startIndex]) << 8 | Int(label[label.startIndex + 1])
            self.pictures.append(isHeld ? -number - 1 : number)
            self.times.append(time)
            self.sentAt.append(self.now.ticks - 9_000_000)
        }
    }

    private mutating func note(_ reports: [ChannelContinuity.Report]) {
        for report in reports {
            switch report {
            case .suspect(let run, let cause): self.reports.append("\(run) suspect \(cause)")
            case .fine(let run): self.reports.append("\(run) fine")
            case .ready(let run): self.reports.append("\(run) ready")
            case .entered(let run, let gap): self.reports.append("\(run) entered \(gap.milliseconds)")
            case .patched(let patch): self.reports.append("patched \(patch.method) \(patch.length.milliseconds)")
            case .overlapDropped(let run, let units, let length):
                self.reports.append("\(run) overlap \(units) \(length.milliseconds)")
            case .corrupt(let run, let cause): self.reports.append("\(run) corrupt \(cause)")
            case .heldLong: self.reports.append("held long")
            case .exhausted: self.reports.append("exhausted")
            }
        }
    }

    /// Whether every picture is shown exactly one picture after the one before.
    var isGapless: Bool { zip(self.times, self.times.dropFirst()).allSatisfy { $1 - $0 == 3_600 } }

    /// The largest distance between the ends and starts of neighbouring sound, in ticks.
    var soundGap: Int64 {
        // Each unit of live sound is one frame; silent ones may be several.
        zip(self.sounds, self.sounds.dropFirst()).map { $1.start - $0.start }.max() ?? 0
    }

    /// Live pictures in the order they went out.
    var live: [Int] { self.pictures.filter { $0 >= 0 } }
    var heldCount: Int { self.pictures.count { $0 < 0 } }
}
