import Model

/// How long a channel's stream is kept.
package struct ArchivePolicy: Hashable, Sendable {
    /// The longest that anything is kept, in days; what no channel keeps any more goes by it.
    package static let daysMax: Int64 = 14

    package var days: Int64
    /// `nil` for as many as there are.
    package var bytes: Int64?

    package init(days: Int64, bytes: Int64? = nil) {
        self.days = min(max(days, 0), Self.daysMax)
        self.bytes = bytes
    }
}

/// The files of one channel's archive, oldest first: where the next segment goes, and what has to go.
///
/// Pure: who owns it writes and removes.
struct ArchiveShelf: Sendable {
    /// The length of a file, in seconds: the least that is dropped at once, and 2,016 files in two weeks.
    static let fileSeconds: Int64 = 600
    /// Files that a bound of bytes is shared by at least: so much at most is dropped more than needed.
    static let filesMin: Int64 = 8

    struct File: Hashable, Sendable {
        /// Its name: the second since 1970 at which it begins, moved on where that was taken.
        var number: Int64
        var bytes: Int64
        /// Segments in it.
        var count: Int
        var spans: [ArchiveSpan]

        var start: WallTime { self.spans.first?.start ?? WallTime(seconds: self.number) }
        var end: WallTime { self.spans.last?.end ?? WallTime(seconds: self.number) }
    }

    private(set) var files: [File] = []
    /// Whether the last file may be written to: never one of an earlier process, whose end may be torn.
    private var isOpen = false

    init(files: [File] = []) {
        self.files = files.sorted { $0.number < $1.number }
    }

    var bytes: Int64 { self.files.reduce(0) { $0 &+ $1.bytes } }

    /// The file to append a segment to that begins at `start`; another one than the last when that has its length.
    mutating func place(start: WallTime, _ policy: ArchivePolicy?) -> Int64 {
        let most = policy?.bytes.map { $0 / Self.filesMin } ?? .max
        if self.isOpen, let last = self.files.last, last.bytes < most {
            let age = start.seconds - last.start.seconds
            if (-Self.fileSeconds..<Self.fileSeconds).contains(age) { return last.number }
        }
        // A clock that was moved back must not write into what is there.
        let number = max(start.seconds, (self.files.last?.number ?? .min) &+ 1)
        self.files.append(File(number: number, bytes: 0, count: 0, spans: []))
        self.isOpen = true
        return number
    }

    /// The segment is on the disk, in the last file.
    mutating func wrote(_ record: ArchiveRecord) {
        guard var last = self.files.popLast() else { return }
        last.bytes &+= Int64(record.size)
        last.count += 1
        ArchiveSpan.add(ArchiveSpan(start: record.start, end: record.end), to: &last.spans)
        self.files.append(last)
    }

    /// Writing failed: the next segment begins another file.
    mutating func close() {
        self.isOpen = false
        if let last = self.files.last, last.count == 0 { self.files.removeLast() }
    }

    /// Takes out what has had its time.
    mutating func dropAged(_ policy: ArchivePolicy?, now: WallTime) -> [File] {
        let days = policy?.days ?? ArchivePolicy.daysMax
        let oldest = now.microseconds &- days &* 86_400 &* WallTime.microsecondsPerSecond
        return self.drop { $0.end.microseconds <= oldest }
    }

    /// Takes out what is more than may be kept.
    mutating func dropSurplus(_ policy: ArchivePolicy?) -> [File] {
        guard let bound = policy?.bytes else { return [] }
        // Room for the file that is being written.
        let most = bound - bound / Self.filesMin
        var bytes = self.bytes
        return self.drop { file in
            guard bytes > most else { return false }
            bytes -= file.bytes
            return true
        }
    }

    /// Takes out the oldest file; none where only the open one is left.
    mutating func dropOldest() -> File? {
        guard self.files.count > (self.isOpen ? 1 : 0) else { return nil }
        return self.files.removeFirst()
    }

    /// From the oldest on, but never the open one.
    private mutating func drop(while isDue: (File) -> Bool) -> [File] {
        var dropped: [File] = []
        while let first = self.files.first, self.files.count > (self.isOpen ? 1 : 0), isDue(first) {
            dropped.append(self.files.removeFirst())
        }
        return dropped
    }
}
