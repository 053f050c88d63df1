import MPEGTS
import Model
import Testing

@testable import Continuity

/// Numbers its pictures as H.264 does.
///
/// A random access point that is no IDR goes on counting, and what follows is renumbered until there is one. A picture is
/// its letter, then its number.
private struct NumberingHolder: PictureHolder {
    private var last: AccessUnit?
    private var point: AccessUnit?
    private var number: UInt8 = 0
    private var shift: UInt8 = 0
    private var isResuming = false

    mutating func passed(_ picture: AccessUnit) -> AccessUnit {
        var picture = picture
        if picture.data[0] == UInt8(ascii: "I") { self.shift = 0 }
        if self.isResuming, picture.data[0] == UInt8(ascii: "R") { self.shift = self.number &+ 1 &- picture.data[1] }
        if picture.isRandomAccessPoint {
            self.isResuming = false
            self.point = picture
        }
        picture.data[1] &+= self.shift
        self.number = picture.data[1]
        self.last = picture
        return picture
    }

    var obstacle: String? { nil }
    var pictureTicks: Int64 { 3_600 }
    var nextPresentation: MediaTime? { self.last?.pts.map { $0 + MediaTime(ticks: 3_600) } }
    mutating func fill() -> [AccessUnit] { [] }

    mutating func held(parameterSets: Bool) -> AccessUnit? {
        self.number &+= 1
        return self.next([UInt8(ascii: "h"), self.number])
    }

    mutating func restart() -> AccessUnit? {
        guard self.point != nil, var unit = self.next([UInt8(ascii: "I"), 0]) else { return nil }
        self.number = 0
        unit.isRandomAccessPoint = true
        return unit
    }

    mutating func resume() { self.isResuming = true }

    private mutating func next(_ data: [UInt8]) -> AccessUnit? {
        guard var unit = self.last else { return nil }
        unit.pts = unit.pts.map { $0 + MediaTime(ticks: 3_600) }
        unit.dts = unit.pts
        unit.isRandomAccessPoint = false
        unit.data = data
        self.last = unit
        return unit
    }
}

struct PictureForkTests {
    /// Sends a stream through a tail, and forks it where a letter of `cuts` is `|`; answers both as words.
    private func play(_ pictures: String, cuts: String) -> (live: String, fork: String, timesAgree: Bool) {
        var tail = OutputTail(holders: Holders { _ in NumberingHolder() }, configuration: ContinuityConfiguration())
        let track = track(videoPID, .h264)
        tail.found([track])
        var fork: PictureFork?
        var live: [String] = []
        var forked: [String] = []
        var time: Int64 = 900_000
        var number: UInt8 = 0
        var timesAgree = true
        for (letter, cut) in zip(pictures, cuts) {
            var pieces: [OutputTail.Piece]
            if letter == "h" {
                tail.owe()
                pieces = tail.holdPicture(until: time, now: time)
            } else {
                number = letter == "I" ? 0 : number &+ 1
                let unit = AccessUnit(
                    pid: videoPID,
                    pts: MediaTime(ticks: time),
                    dts: MediaTime(ticks: time),
                    isRandomAccessPoint: letter != "P",
                    data: [letter.asciiValue ?? 0, number],
                    streamID: 0xE0
                )
                pieces = tail.passed(unit, track: track, now: time)
            }
            time += 3_600
            for piece in pieces {
                guard let step = piece.step else { continue }
                if cut == "|", fork == nil { fork = PictureFork(before: step) }
                let sent = fork?.pictures(for: piece.unit, step, begins: cut == "|") ?? [piece.unit]
                timesAgree = timesAgree && sent.map(\.dts) == [piece.unit.dts]
                live.append(self.word(piece.unit))
                forked += sent.map(self.word)
            }
        }
        return (live.joined(separator: " "), forked.joined(separator: " "), timesAgree)
    }

    private func word(_ unit: AccessUnit) -> String {
        "\(Character(Unicode.Scalar(unit.data[0])))\(unit.data[1])"
    }

    @Test func `begins with the random access point, at the times of the output, and agrees at the next one`() {
        let (live, fork, timesAgree) = self.play("IPPhhhhhIPP", cuts: "    |  |   ")
        #expect(live == "I0 P1 P2 h3 h4 h5 h6 h7 I0 P1 P2")
        #expect(fork == "I0 P1 P2 h3 I0 h1 h2 I0 I0 P1 P2")
        #expect(timesAgree)
    }

    @Test func `numbers what resumes without an IDR by what it sent itself, until there is one`() {
        let (live, fork, timesAgree) = self.play("IPPhhhhRPPRPIP", cuts: "    |         ")
        #expect(live == "I0 P1 P2 h3 h4 h5 h6 R7 P8 P9 R10 P11 I0 P1")
        #expect(fork == "I0 P1 P2 h3 I0 h1 h2 R3 P4 P5 R6 P7 I0 P1")
        #expect(timesAgree)
    }

    @Test func `begins nowhere but in place of a held picture`() throws {
        let unit = AccessUnit(pid: 1, pts: nil, dts: nil, isRandomAccessPoint: true, data: [1], streamID: 0xE0)
        #expect(PictureFork(before: .passed(unit, resumes: false)) == nil)
        #expect(PictureFork(before: .filled(isFirst: true)) == nil)
        // A loop has random access points of its own.
        let loop = try #require(PictureHold(codec: .h264))
        #expect(loop.method == .loop)
        #expect(PictureFork(before: .held(by: loop, parameterSets: false)) == nil)
    }
}
