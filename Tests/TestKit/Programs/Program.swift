package import Foundation

/// A program that runs beside the tests; killed when nobody holds it any more.
package final class Program: Sendable {
    /// How a program ended.
    package enum Exit: Hashable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    private struct State: Sendable {
        var exit: Exit?
    }

    package let name: String
    package let pid: pid_t
    package let output: Transcript
    package let errors: Transcript
    private let state: Watched<State>

    /// Starts a program; one without a slash is looked for on `PATH`.
    package init(_ name: String, _ arguments: [String], environment: [String: String] = [:]) async throws {
        let child = try await Spawner.shared.start([name] + arguments, environment: environment)
        self.name = name.split(separator: "/").last.map(String.init) ?? name
        self.pid = child.pid
        self.output = Transcript(reading: child.output)
        self.errors = Transcript(reading: child.errors)
        let state = Watched(State())
        self.state = state
        let thread = Thread { Self.watch(child.pid, state) }
        thread.start()
    }

    deinit {
        self.signal(SIGKILL)
    }

    /// Sends a signal to the program, as long as it has not ended.
    package func signal(_ number: Int32) {
        // Under the lock the id is ours: the thread that watches reaps the program under the same lock.
        self.state.update { if $0.exit == nil { kill(self.pid, number) } }
    }

    /// Waits until the program has ended and all of its output is here.
    package func exit(within limit: Duration) async throws -> Exit {
        let exit = try await self.state.first("end of \(self.name)", within: limit) { $0.exit }
        try await self.output.end(within: limit)
        try await self.errors.end(within: limit)
        return exit
    }

    package var hasEnded: Bool { self.state.look { $0.exit != nil } }

    private static func watch(_ pid: pid_t, _ state: Watched<State>) {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        state.update { state in
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            let signal = status & 0x7F
            state.exit = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
        }
    }
}

extension Program {
    /// What a program that has ended has said.
    package struct Finished: Sendable {
        package var exit: Exit
        package var output: String
        package var errors: String

        package var isSuccess: Bool { self.exit == .code(0) }
    }

    /// Runs a program to its end.
    package static func run(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        within limit: Duration = .seconds(30)
    ) async throws -> Finished {
        let program = try await Program(name, arguments, environment: environment)
        let exit = try await program.exit(within: limit)
        return Finished(exit: exit, output: program.output.text, errors: program.errors.text)
    }
}
