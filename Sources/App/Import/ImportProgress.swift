import Glibc

/// A line of progress on a terminal; nothing where nobody looks.
struct ImportProgress {
    /// Rows between two looks at the clock.
    private static let every = 4_096
    private static let width = 30

    private let isShown = isatty(STDERR_FILENO) == 1
    private let total: Int64
    private var rows: Int64 = 0
    private var shown = -1

    /// - Parameter total: bytes of the file.
    init(total: Int64) {
        self.total = max(total, 1)
    }

    mutating func advanced(bytes: Int64) {
        self.rows += 1
        guard self.isShown, self.rows % Int64(Self.every) == 0 else { return }
        let percent = Int(min(bytes * 100 / self.total, 100))
        guard percent != self.shown else { return }
        self.shown = percent
        let full = String(repeating: "=", count: percent * Self.width / 100)
        let rest = String(repeating: " ", count: Self.width - full.count)
        Self.write("\r[\(full)\(rest)] \(percent) %  \(self.rows) facts")
    }

    func finished() {
        if self.isShown { Self.write("\r\u{1b}[K") }
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
