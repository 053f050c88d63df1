import App
import ArgumentParser

extension ImportHistoryCommand {
    static let fileHelp = """
        The files, each as .csv, .csv.gz, .jsonl or .jsonl.gz, with these columns:

        customers  customer, credential, max_connections, price_month, tenure_days, trial
        streams    stream, primary_supplier, backup_supplier
        events     stream, start_ms, end_ms, label (matches; may be missing)
        facts      ts_ms, type, conn, credential, stream, supplier, ip, country, asn, ua, device, reason, to_supplier

        Times are milliseconds since 1970, facts go by time; their types are conn.open, conn.close (reason client or timeout), conn.reject (reason limit or stream_unavailable), ingest.down, ingest.up, patch.start, patch.end, failover and server.restart. meta.json may name the time zone ("tz").

        Rows that make no sense are named by file and line and left out. Importing the same files again does nothing. A history goes into a data directory of its own, never into that of a service.
        """
}

struct ImportHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Bring another system's history in, as events at their own times, into a log of its own.",
        discussion: Self.fileHelp
    )

    @Argument(help: "The directory with the files.") var directory: String
    @Option(help: "The data directory that is filled; it must be empty.") var data: String = "./history"

    func run() async throws {
        var history = HistoryImport(from: self.directory, into: DataDirectory(path: self.data))
        for line in try history.run() { print(line) }
    }
}
