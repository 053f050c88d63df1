import Foundation
import TestKit

/// The program under test, as it was built beside these tests.
enum Baton {
    /// The tests run from the folder into which everything is built.
    static let path: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "baton").path
    }()

    /// Runs one command to its end.
    static func run(_ arguments: [String], within limit: Duration = .seconds(30)) async throws -> Program.Finished {
        try await Program.run(Self.path, arguments, within: limit)
    }
}

/// A data directory with its catalogue and configuration, and the service that runs on it.
final class Station: Sendable {
    let scratch: Scratch
    let data: String
    let configuration: String

    /// A directory of its own, and the configuration of a service on it.
    ///
    /// `slates` are the settings of slates; a start waits for none unless told so. `settings` are further lines of the
    /// configuration, `admin` further keys of its `admin`, `listening` further keys of its `public`; with `publicURL` nil, addresses are told as they were asked
    /// for.
    init(
        hlsTargetSeconds: Int = 2,
        adminPort: Int = 0,
        admin: String = "",
        slates: String = "start_seconds: 0",
        publicURL: String? = "http://tv.example",
        listening: String = "",
        settings: String = ""
    ) throws {
        self.scratch = try Scratch()
        self.data = "\(self.scratch.path)/data"
        let text = """
            public: {listen: "127.0.0.1:0"\(publicURL.map { ", url: \"\($0)\"" } ?? "")\(listening.isEmpty ? "" : ", \(listening)")}
            admin: {listen: "127.0.0.1:\(adminPort)"\(admin.isEmpty ? "" : ", \(admin)")}
            slates: {\(slates)}
            hls: {target_seconds: \(hlsTargetSeconds)}
            \(settings)

            """
        self.configuration = try self.scratch.write(text, to: "baton.yaml")
    }

    /// Starts the service, with so many file descriptors if that is said; returns when it serves.
    func serve(descriptors: Int? = nil) async throws -> Serving {
        let arguments = ["serve", "--config", self.configuration, "--data", self.data]
        let program = try await Program(
            descriptors == nil ? Baton.path : "prlimit",
            (descriptors.map { ["--nofile=\($0)", Baton.path] } ?? []) + arguments
        )
        let (line, _) = try await program.errors.line("serving", within: .seconds(20)) { $0.contains("serving") }
        func port(_ name: String) -> Int? {
            line.split(separator: " ").compactMap { word in
                word.hasPrefix("\(name)=") ? Int(word.dropFirst(name.count + 1)) : nil
            }.first
        }
        guard let plain = port("port") else { throw Missing(what: "port in `\(line)`", limit: .zero) }
        return Serving(station: self, program: program, port: plain, securePort: port("tls"))
    }

    /// Runs a command on this directory.
    @discardableResult
    func run(_ arguments: String..., within limit: Duration = .seconds(30)) async throws -> Program.Finished {
        try await Baton.run(arguments + ["--data", self.data], within: limit)
    }

    /// Makes the catalogue what `text` says.
    @discardableResult
    func apply(_ text: String) async throws -> Program.Finished {
        let finished = try await self.run("apply", try self.scratch.write(text, to: "catalog.yaml"))
        guard finished.isSuccess else { throw Refused(command: "apply", finished: finished) }
        return finished
    }

    /// Follows the log from its first event.
    func follow() async throws -> EventTail {
        EventTail(try await Program(Baton.path, ["log", "cat", "--follow", "--data", self.data]))
    }

    /// All events of the log, as they are now.
    func events() async throws -> [LoggedEvent] {
        try await self.run("log", "cat").output.split(separator: "\n").compactMap { LoggedEvent(String($0)) }
    }

    struct Refused: Error {
        var command: String
        var finished: Program.Finished
    }
}

/// A service that runs.
final class Serving: Sendable {
    let station: Station
    let program: Program
    let port: Int
    let securePort: Int?

    init(station: Station, program: Program, port: Int, securePort: Int? = nil) {
        self.securePort = securePort
        self.station = station
        self.program = program
        self.port = port
    }

    func client(_ userAgent: String = "Tester/1.0", from address: String = "127.0.0.1") -> Client {
        Client(port: self.port, userAgent: userAgent, address: address)
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(self.port)\(path)" }

    /// Ends it in good order.
    func stop(within limit: Duration = .seconds(10)) async throws -> Program.Exit {
        self.program.signal(SIGTERM)
        return try await self.program.exit(within: limit)
    }
}
