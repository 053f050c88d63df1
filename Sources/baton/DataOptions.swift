import App
import ArgumentParser
import Foundation
import Reports

/// Where the data are.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: "The data directory (default: BATON_DATA, or ./data).")
    var data: String = ProcessInfo.processInfo.environment["BATON_DATA"] ?? "./data"

    @Option(
        name: .long,
        help: "The support socket of a running service, in place of the directory (default: BATON_SOCKET)."
    )
    var socket: String = ProcessInfo.processInfo.environment["BATON_SOCKET"] ?? ""
    @Option(help: "As whom to ask: support looks only, and sees addresses cut to their networks.")
    var role: Role = .owner

    /// How the data are reached.
    var reach: Reach {
        guard self.socket.isEmpty else { return .supportSocket(self.socket) }
        return .directory(DataDirectory(path: self.data), self.role)
    }

    /// The directory, for what only its owner may do.
    var directory: DataDirectory {
        get throws { try self.reach.ownersDirectory }
    }
}

/// How a list is printed.
struct FormatOptions: ParsableArguments {
    @Option(name: .long, help: "table for people; csv or json for machines.")
    var format: TableFormat = .table
}

extension TableFormat: ExpressibleByArgument {}
extension Role: ExpressibleByArgument {}

/// The time zone that times are read and said in.
struct ZoneOptions: ParsableArguments {
    @Option(name: .long, help: "Time zone (IANA name); by default the one the service was last started with.")
    var tz: String?

    func clock(_ directory: DataDirectory) throws -> LocalClock {
        try OperatorClock.choose(named: self.tz, in: directory)
    }
}
