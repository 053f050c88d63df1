/// The name of a file of the log: the sequence number of its first event in 20 digits, then `.jsonl.zst`.
struct LogFileName: Hashable, Comparable {
    static let suffix = ".jsonl.zst"
    /// A file that is being written and not yet part of the log.
    static let temporarySuffix = ".tmp"
    /// A torn tail that recovery put aside.
    static let tornSuffix = ".torn"
    private static let digits = 20

    /// The sequence number of the first event.
    let firstSeq: UInt64

    init(firstSeq: UInt64) {
        self.firstSeq = firstSeq
    }

    /// Reads a name; `nil` when it is not one of a log file.
    init?(_ text: String) {
        guard text.hasSuffix(Self.suffix), text.utf8.count == Self.digits + Self.suffix.utf8.count else { return nil }
        let number = text.dropLast(Self.suffix.count)
        guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seq = UInt64(number),
            (1...FrameHeader.seqMax).contains(seq)
        else { return nil }
        self.firstSeq = seq
    }

    /// The log files among these names, in the order of the log.
    static func all(in names: [String]) -> [LogFileName] { names.compactMap { LogFileName($0) }.sorted() }

    static func < (left: Self, right: Self) -> Bool { left.firstSeq < right.firstSeq }
}

extension LogFileName: CustomStringConvertible {
    var description: String {
        let number = String(self.firstSeq)
        return String(repeating: "0", count: Self.digits - number.utf8.count) + number + Self.suffix
    }

    /// The path in `directory`.
    func path(in directory: String) -> String { "\(directory)/\(self)" }
}
