import App
import ArgumentParser
import Foundation
import Reports

/// Where the data are.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: "The data directory (default: BATON_DATA, or ./data).")
    var data: String = ProcessInfo.processInfo.environment["BATON_DATA"] ?? "./data"

    var directory: DataDirectory { DataDirectory(path: self.data) }
}

/// How a list is printed.
struct FormatOptions: ParsableArguments {
    @Option(name: .long, help: "table for people; csv or json for machines.")
    var format: TableFormat = .table
}

extension TableFormat: ExpressibleByArgument {}

/// The time zone that times are read and said in.
struct ZoneOptions: ParsableArguments {
    @Option(name: .long, help: "Time zone (IANA name); by default the one the service was last started with.")
    var tz: String?

    func clock(_ directory: DataDirectory) throws -> LocalClock {
        try OperatorClock.choose(named: self.tz, in: directory)
    }
}
