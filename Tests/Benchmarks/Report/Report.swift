import Glibc

/// A Markdown file whose figures are written anew, part by part; what is written by hand stays.
struct Report {
    private let path: String
    private var text: String
    private let date: String

    /// Takes the file as it is; the machine's line is renewed at once.
    init(path: String) throws {
        self.path = path
        guard let text = Files.text(path) else { throw SystemError("read \(path)") }
        self.text = text
        self.date = Self.today
        try self.replace("machine", with: Self.machine)
    }

    /// Puts a part's section in place of the one before.
    mutating func put(_ section: Section, for part: Part) throws {
        try self.replace(part.rawValue, with: "\(section.text)\n\nMeasured on \(self.date).")
    }

    /// Replaces what stands between a mark and its end; a mark that isn't there is added at the end of the file.
    private mutating func replace(_ name: String, with content: String) throws {
        let (begin, end) = ("<!-- \(name): written by make bench -->", "<!-- end of \(name) -->")
        let block = "\(begin)\n\(content)\n\(end)"
        if let first = self.text.firstRange(of: begin),
            let last = self.text[first.upperBound...].firstRange(of: end)
        {
            self.text.replaceSubrange(first.lowerBound..<last.upperBound, with: block)
        } else {
            self.text += "\n\(block)\n"
        }
        try Files.write(Array(self.text.utf8), to: self.path)
    }

    private static var machine: String {
        let versions = [
            Machine.version(["nginx", "-v"]).replacing("nginx version: ", with: ""),
            Machine.version(["zstd", "--version"]).split(separator: " ").first { $0.hasPrefix("v1") }
                .map { "zstd \($0.dropFirst().prefix { $0 != "," })" } ?? "zstd missing",
        ]
        return "\(Machine.description) Peers: \(versions.joined(separator: ", "))."
    }

    private static var today: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        let month = Int(parts.tm_mon) + 1
        let day = Int(parts.tm_mday)
        return "\(Int(parts.tm_year) + 1_900)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}
