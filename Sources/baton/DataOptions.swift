import App
import ArgumentParser
import Foundation

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
