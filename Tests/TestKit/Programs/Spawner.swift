package import Foundation
import Glibc
import Synchronization

/// Starts child processes, all from one thread that never ends.
///
/// `setpriv` asks the kernel to kill the child when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG); so no
/// child outlives the tests, not even when they are killed.
package final class Spawner: Sendable {
    package static let shared = Spawner()

    private let requests: Mutex<[@Sendable () -> Void]> = Mutex([])
    private let work = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in
            while true {
                self.work.wait()
                self.requests.withLock { $0.isEmpty ? nil : $0.removeFirst() }?()
            }
        }
        thread.name = "spawner"
        thread.start()
    }

    /// A child as it was started: its id, and our ends of its pipes.
    package struct Child: Sendable {
        package var pid: pid_t
        package var output: Int32
        package var errors: Int32
    }

    /// Starts a program found on `PATH`, in a process group of its own.
    package func start(_ command: [String], environment: [String: String]) async throws -> Child {
        try await withCheckedThrowingContinuation { continuation in
            self.requests.withLock { requests in
                requests.append { continuation.resume(with: Result { try Self.spawn(command, environment) }) }
            }
            self.work.signal()
        }
    }

    private static func spawn(_ command: [String], _ extra: [String: String]) throws -> Child {
        let (output, outputEnd) = try Self.pipe()
        let (errors, errorsEnd) = try Self.pipe()
        defer {
            close(outputEnd)
            close(errorsEnd)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputEnd, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errorsEnd, STDERR_FILENO)
        // A socket that a child holds, too, is not closed when its owner closes it.
        for descriptor in (STDERR_FILENO + 1)..<Self.descriptorsEnd {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that an interrupt typed at the tests doesn't reach it; no signal blocked or ignored.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let words = ["setpriv", "--pdeathsig", "KILL", "--"] + command
        let environment = ProcessInfo.processInfo.environment.merging(extra) { $1 }.map { "\($0)=\($1)" }
        var pid: pid_t = 0
        let code = Self.withCStrings(words) { words in
            Self.withCStrings(environment) { environment in
                posix_spawnp(&pid, "setpriv", &actions, &attributes, words, environment)
            }
        }
        guard code == 0 else {
            close(output)
            close(errors)
            throw SpawnError(command: command.joined(separator: " "), code: code)
        }
        return Child(pid: pid, output: output, errors: errors)
    }

    /// Beyond all descriptors that are open, and some that may be opened at this moment.
    private static var descriptorsEnd: Int32 {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let end = (open.compactMap { Int32($0) }.max() ?? STDERR_FILENO) + 64
        return min(end, Int32(clamping: limit.rlim_cur))
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw SpawnError(command: "pipe", code: errno) }
        // All children are started by this thread, so none can begin in between.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

/// Why a program could not be started.
package struct SpawnError: Error, CustomStringConvertible {
    package var command: String
    package var code: Int32

    package init(command: String, code: Int32) {
        self.command = command
        self.code = code
    }

    package var description: String { "\(self.command): \(String(cString: strerror(self.code)))" }
}
