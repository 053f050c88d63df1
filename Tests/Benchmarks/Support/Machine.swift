import Glibc

/// What this runs on.
enum Machine {
    /// The cores this process may use.
    static var cores: [Int] {
        let line = self.field("Cpus_allowed_list", of: "/proc/self/status") ?? "0"
        return line.split(separator: ",").flatMap { range -> [Int] in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }

    /// Where servers run: one core, product and peer alike.
    static var serverCore: Int { self.cores.first ?? 0 }
    /// Where load comes from.
    static var loadCore: Int { self.cores.last ?? 0 }

    /// Kilobytes of memory that a process holds.
    static func residentKilobytes(of pid: pid_t) -> Double {
        let value = self.field("VmRSS", of: "/proc/\(pid)/status") ?? ""
        return value.split(separator: " ").first.flatMap { Double($0) } ?? 0
    }

    /// Seconds that the threads of a process were ready to run and others had their core, since each began.
    ///
    /// Source: proc(5), `/proc/PID/task/TID/schedstat`, the second number.
    static func waitedSeconds(of pid: pid_t) -> Double {
        let threads = "/proc/\(pid)/task"
        let waits = Files.names(in: threads).compactMap { thread -> Double? in
            let numbers = (Files.text("\(threads)/\(thread)/schedstat") ?? "").split(separator: " ")
            return numbers.count > 1 ? Double(numbers[1]) : nil
        }
        return waits.reduce(0, +) / 1e9
    }

    /// Seconds that the threads of this process with a name have had a core.
    ///
    /// Source: proc(5), `/proc/PID/task/TID/schedstat`, the first number.
    static func ranSeconds(ofThreads name: String) -> Double {
        let threads = "/proc/self/task"
        let runs = Files.names(in: threads).compactMap { thread -> Double? in
            let found = (Files.text("\(threads)/\(thread)/comm") ?? "").split(separator: "\n").first
            guard let found, found == name else { return nil }
            let numbers = (Files.text("\(threads)/\(thread)/schedstat") ?? "").split(separator: " ")
            return numbers.first.flatMap { Double($0) }
        }
        return runs.reduce(0, +) / 1e9
    }

    /// A sentence for the report.
    static var description: String {
        let model = self.field("model name", of: "/proc/cpuinfo") ?? "unknown processor"
        let kernel = Files.text("/proc/sys/kernel/osrelease")?.split(separator: "\n").first ?? "?"
        let load = Files.text("/proc/loadavg")?.split(separator: " ").first ?? "?"
        return "\(self.cores.count) cores of \(model), Linux \(kernel); load average at the start \(load)."
    }

    /// The version of a program, by its first line of output.
    static func version(_ command: [String]) -> String {
        guard let child = try? Child(["sh", "-c", "\(command.joined(separator: " ")) 2>&1"]) else { return "missing" }
        return child.line() ?? "unknown"
    }

    private static func field(_ name: String, of path: String) -> String? {
        for line in (Files.text(path) ?? "").split(separator: "\n") where line.hasPrefix(name) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return String(value)
        }
        return nil
    }
}
