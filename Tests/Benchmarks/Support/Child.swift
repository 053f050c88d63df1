import Glibc

/// Another process, with a pipe to its standard input and one from its standard output.
final class Child {
    let pid: pid_t
    private var input: CInt
    private let output: CInt
    private var hasEnded = false

    /// Starts a program, found on `PATH`; with `core` on that core only.
    init(_ arguments: [String], core: Int? = nil) throws {
        let words = (core.map { ["taskset", "-c", String($0)] } ?? []) + arguments
        var toChild: [CInt] = [0, 0]
        var fromChild: [CInt] = [0, 0]
        try SystemError.check("pipe", pipe(&toChild))
        try SystemError.check("pipe", pipe(&fromChild))
        for end in [toChild[1], fromChild[0]] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, toChild[0])
        posix_spawn_file_actions_addclose(&actions, fromChild[1])
        let environment = ["PATH", "TMPDIR"].compactMap { (name: String) -> String? in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
        // Dispatch's threads hold back signals, and a child would inherit that; nginx is ended by one.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, CShort(POSIX_SPAWN_SETSIGMASK))
        let program = words[0]
        var pid = pid_t()
        let code = Self.withPointers(words) { words in
            Self.withPointers(environment) { environment in
                posix_spawnp(&pid, program, &actions, &attributes, words, environment)
            }
        }
        _ = close(toChild[0])
        _ = close(fromChild[1])
        self.input = toChild[1]
        self.output = fromChild[0]
        self.pid = pid
        guard code == 0 else {
            self.hasEnded = true
            throw SystemError("start \(words.joined(separator: " "))", code: code)
        }
    }

    /// This program in another role.
    convenience init(role: String, _ settings: [String], core: Int) throws {
        try self.init(["/proc/\(getpid())/exe", "--role", role] + settings, core: core)
    }

    /// The next line that it prints; `nil` at the end.
    func line() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(self.output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// What came of it.
    struct Outcome {
        var output: String
        var status: CInt
        /// Seconds of processor time, its own children included.
        var processorTime: Double
        /// Bytes of memory that it held at most.
        var memory: Double
    }

    /// Waits for its end, after telling it that no more input comes.
    func outcome() throws -> Outcome {
        self.closeInput()
        let text = Files.text(of: self.output)
        return try self.wait(output: text)
    }

    /// Ends it, by a signal or by the end of its input; after ten seconds it is killed.
    func end(by signal: CInt? = nil) {
        guard !self.hasEnded else { return }
        self.closeInput()
        if let signal { kill(self.pid, signal) }
        let clock = Stopwatch()
        var status: CInt = 0
        while clock.seconds < 10 {
            if waitpid(self.pid, &status, WNOHANG) == self.pid {
                self.hasEnded = true
                return
            }
            usleep(10_000)
        }
        kill(self.pid, SIGKILL)
        _ = try? self.wait(output: "")
    }

    deinit {
        self.end()
        _ = close(self.output)
    }

    private func wait(output: String) throws -> Outcome {
        var status: CInt = 0
        var usage = rusage()
        while wait4(self.pid, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw SystemError("wait") }
        }
        self.hasEnded = true
        let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }
        return Outcome(
            output: output,
            status: status,
            processorTime: times.reduce(0, +),
            memory: Double(usage.ru_maxrss) * 1_024
        )
    }

    private func closeInput() {
        guard self.input >= 0 else { return }
        _ = close(self.input)
        self.input = -1
    }

    private static func withPointers<Answer>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Answer
    ) -> Answer {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

extension Child {
    /// Runs a load of this program on its core and reads the `key=value` words that it prints.
    static func load(_ role: String, _ settings: [String]) throws -> [String: Double] {
        let child = try Child(role: role, settings, core: Machine.loadCore)
        let outcome = try child.outcome()
        guard outcome.status == 0 else { throw LoadFailed(role: role, output: outcome.output) }
        var values: [String: Double] = [:]
        for word in outcome.output.split(whereSeparator: \.isWhitespace) {
            let parts = word.split(separator: "=")
            if parts.count == 2, let value = Double(parts[1]) { values[String(parts[0])] = value }
        }
        return values
    }
}

/// A load that could not do its work.
struct LoadFailed: Error, CustomStringConvertible {
    var role: String
    var output: String

    var description: String { "the load \(self.role) failed: \(self.output)" }
}
