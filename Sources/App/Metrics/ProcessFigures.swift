import Glibc

/// What Linux says of this process; 0 where it says nothing.
///
/// Source: proc(5), `/proc/self/stat`, `/proc/stat` (`btime`), `/proc/self/fd`.
struct ProcessFigures: Hashable, Sendable {
    var residentBytes: Double = 0
    var processorSeconds: Double = 0
    var openDescriptors: Double = 0
    var startSeconds: Double = 0

    /// Fields of `/proc/self/stat` behind the program's name, counted from 0: processor time of the program and of the system
    /// for it, the start in ticks since the machine's, and resident pages.
    private enum Field {
        static let userTicks = 11
        static let systemTicks = 12
        static let startTicks = 19
        static let residentPages = 21
    }

    static var now: ProcessFigures {
        var figures = ProcessFigures()
        figures.read(stat: SmallFile.read("/proc/self/stat") ?? [], boot: SmallFile.read("/proc/stat") ?? [])
        figures.openDescriptors = Double(Self.descriptors())
        return figures
    }

    /// Takes the two files' texts; what is missing stays 0.
    mutating func read(stat: [UInt8], boot: [UInt8]) {
        let text = String(decoding: stat, as: UTF8.self)
        // The name stands in brackets and may hold any character, a bracket too.
        guard let end = text.lastIndex(of: ")") else { return }
        let fields = text[text.index(after: end)...].split(separator: " ")
        func field(_ place: Int) -> Double { fields.indices.contains(place) ? Double(fields[place]) ?? 0 : 0 }
        let ticks = max(Double(sysconf(Int32(_SC_CLK_TCK))), 1)
        self.processorSeconds = (field(Field.userTicks) + field(Field.systemTicks)) / ticks
        self.residentBytes = field(Field.residentPages) * Double(sysconf(Int32(_SC_PAGESIZE)))
        let line = String(decoding: boot, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let machine = line.flatMap({ Double($0.dropFirst(6)) }) else { return }
        self.startSeconds = machine + field(Field.startTicks) / ticks
    }

    func tell(_ values: inout MetricValues) {
        values.set(.residentMemory, to: self.residentBytes)
        values.set(.processorTime, to: self.processorSeconds)
        values.set(.openDescriptors, to: self.openDescriptors)
        values.set(.startTime, to: self.startSeconds)
    }

    private static func descriptors() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Itself, `.` and `..`.
        return max(count - 3, 0)
    }
}
