import MPEGTS
import Model

/// The pictures sent of late, by what they are, so that those which a supplier sends again are known.
///
/// A supplier that replays its buffer after a reconnect may have other packets and other time stamps: what stays is the
/// coded pictures and their order. A few of them in a row, found in the memory in the same order, say where on the
/// output the new connection stands.
struct OverlapMemory: Sendable {
    /// Media remembered: twice the longest replay that is known (30 s).
    static let span = MediaTime(seconds: 60).ticks
    /// The longest replay that is known, and what was in flight; a programme of a minute that begins anew is older.
    static let replayMax = MediaTime(seconds: 35).ticks
    /// Pictures remembered: 60 s at 60 a second.
    static let countMax = 3_600
    /// Pictures in a row that have to be the same.
    static let run = 3
    /// Bytes that those have to have together to be taken for unique when they are found more than once.
    static let distinctSizeMin = 1_024

    /// Bytes of a picture that isn't taken for another by chance: one in which nothing moves has fewer.
    static let unmistakableSizeMin = 128

    /// A picture of a source, by what it is and its decoding time there (33 bits).
    struct Picture: Sendable {
        var fingerprint: Fingerprint
        var raw: Int64
    }

    struct Entry: Sendable {
        var fingerprint: Fingerprint
        /// The decoding time in the source, 33 bits.
        var raw: Int64
        /// The decoding time on the output.
        var time: Int64
    }

    private var entries: [Entry] = []
    private var head = 0

    /// The newest picture's decoding time on the output.
    var newest: Int64? { self.head < self.entries.count ? self.entries.last?.time : nil }

    /// The newest picture.
    var last: Fingerprint? { self.head < self.entries.count ? self.entries.last?.fingerprint : nil }

    /// Takes a picture that was sent.
    mutating func sent(_ fingerprint: Fingerprint, raw: Int64, at time: Int64) {
        self.entries.append(Entry(fingerprint: fingerprint, raw: raw, time: time))
        while let first = self.entries[self.head...].first,
            time - first.time > Self.span || self.entries.count - self.head > Self.countMax
        {
            self.head += 1
        }
        if self.head > self.entries.count / 2 {
            self.entries.removeFirst(self.head)
            self.head = 0
        }
    }

    mutating func removeAll() {
        self.entries = []
        self.head = 0
    }

    /// Whether the picture was sent so lately that a supplier may have it in a buffer, and no other one looks the same.
    func isUnmistakable(_ fingerprint: Fingerprint) -> Bool {
        let same = self.entries[self.head...].filter { $0.fingerprint == fingerprint }
        guard fingerprint.sizeBytes >= Self.unmistakableSizeMin, same.count == 1, let newest else { return false }
        return newest - same[0].time <= Self.replayMax
    }

    /// Where on the output a connection stands that sent these pictures, of which the last few need not be known.
    func anchor(ofAny pictures: [Picture]) -> TimeAnchor? {
        guard self.newest != nil else { return nil }
        for end in stride(from: pictures.count, through: Self.run, by: -1) {
            if let anchor = self.anchor(of: Array(pictures[(end - Self.run)..<end])) { return anchor }
        }
        return nil
    }

    /// Where on the output a connection stands whose last pictures were these, in the order they came; `nil` when they
    /// are not known, or may be several.
    func anchor(of pictures: [Picture]) -> TimeAnchor? {
        guard pictures.count >= Self.run, let last = pictures.last else { return nil }
        let row = pictures.suffix(Self.run)
        var matches: [Entry] = []
        var place = self.entries.count - 1
        while place - self.head + 1 >= Self.run {
            if self.entries[place].fingerprint == last.fingerprint,
                zip(self.entries[(place - Self.run + 1)...place], row).allSatisfy({ $0.fingerprint == $1.fingerprint })
            {
                matches.append(self.entries[place])
            }
            place -= 1
        }
        guard let match = matches.first(where: { $0.raw == last.raw }) ?? matches.first else { return nil }
        let isDistinct = matches.count == 1 || match.raw == last.raw
        let sizeBytes = row.reduce(0) { $0 + $1.fingerprint.sizeBytes }
        guard isDistinct || sizeBytes >= Self.distinctSizeMin else { return nil }
        return TimeAnchor(raw: last.raw, time: match.time)
    }
}
