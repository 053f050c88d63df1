import Foundation

/// mpv as a viewer's player: it plays an address at its own pace, with a buffer that can run empty.
package final class Television: Sendable {
    /// What a viewer in front of it sees.
    package struct Verdict: Sendable {
        /// How often the picture stopped because nothing was left to play.
        package var stalls = 0
        /// Seconds it stood still for, in all.
        package var stalledSeconds = 0.0
        /// Sound against picture, in seconds: the largest that lasted for a second, since one picture that comes late is shown
        /// late while the sound goes on, and the next ones make up for it.
        package var drift = 0.0
        /// Pictures that came too late to be shown.
        package var late = 0
        package var errors: [String] = []

        package init() {}
    }

    /// Whether this machine has it.
    package static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/mpv")
    /// Seconds after its first picture in which it finds its pace.
    private static let settling = 3.0
    /// Pictures a drift has to last.
    private static let lasting = 25
    /// What it is told to say with each picture; the line is told from others by its first word.
    private static let status = "AT ${=time-pos} ${=paused-for-cache} ${=avsync} ${=frame-drop-count}\n"

    private let program: Program
    private let began: Watched<Double?> = Watched(nil)

    package init(_ url: String) async throws {
        let quiet = ["--no-config", "--vo=null", "--ao=null", "--no-input-terminal"]
        let says = ["--msg-level=all=error,statusline=status", "--term-status-msg=\(Self.status)"]
        self.program = try await Program("/usr/bin/mpv", quiet + says + [url])
    }

    /// Waits for its first picture.
    package func firstPicture(within limit: Duration) async throws {
        _ = try await self.program.errors.line("first picture", within: limit) { $0.contains("AT ") }
        let now = Download.now
        self.began.update { $0 = now }
    }

    /// All it has written, a line for each picture.
    package var said: String { self.program.errors.text }

    /// Stops it; what it has shown.
    package func stop() async throws -> Verdict {
        let (hasGivenUp, ended) = (self.program.hasEnded, Download.now)
        self.program.signal(SIGTERM)
        _ = try await self.program.exit(within: .seconds(15))
        var verdict = Self.read(self.program.errors.lines, seconds: self.began.now.map { ended - $0 } ?? 0)
        if hasGivenUp { verdict.errors.append("mpv stopped by itself") }
        return verdict
    }

    /// Reads what it has written within `seconds` of its first picture.
    static func read(_ lines: [String], seconds: Double) -> Verdict {
        var verdict = Verdict()
        var times: (first: Double, last: Double)?
        var isStalled = false
        var drifts: [Double] = []
        for line in lines {
            guard let start = line.range(of: "AT ") else {
                // What moves the cursor is no error.
                let text = ["\r", "\u{1B}[K", "\u{1B}[A"].reduce(line) { $0.replacing($1, with: "") }
                if !text.isEmpty { verdict.errors.append(text) }
                continue
            }
            let fields = line[start.upperBound...].split(separator: " ").map(String.init)
            guard fields.count >= 3, let time = Double(fields[0]) else { continue }
            times = (times?.first ?? time, time)
            if fields[1] == "yes", !isStalled { verdict.stalls += 1 }
            isStalled = fields[1] == "yes"
            if let first = times?.first, time - first > Self.settling, let drift = Double(fields[2]) {
                drifts = drifts.suffix(Self.lasting - 1) + [abs(drift)]
                if drifts.count == Self.lasting { verdict.drift = max(verdict.drift, drifts.min() ?? 0) }
            }
            if fields.count > 3, let late = Int(fields[3]) { verdict.late = late }
        }
        verdict.stalledSeconds = max(0, seconds - (times.map { $0.last - $0.first } ?? 0))
        return verdict
    }
}
