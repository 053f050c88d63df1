import EventLog
import Events
import Model
import Projections
import Vault

/// Makes a log, and its projections, of a catalogue and of facts in the order of their times.
final class LogMaker {
    private let directory: DataDirectory
    private let vault: Vault
    private let catalogue: ImportedCatalogue
    private let log: ImportedLog
    private let timezone: String
    private var translator: FactTranslator
    /// Whether the catalogue stands in the log; it waits for the first fact where nobody says when the history begins.
    private var hasBegun = false

    /// Opens the log.
    ///
    /// `timezone` is the one in which the history's weeks are told.
    /// `start` is when the history begins, in milliseconds since 1970; `nil` for its first fact.
    init(_ directory: DataDirectory, catalogue: ImportedCatalogue, start: Int64?, timezone: String) throws {
        let vault = try Vault(
            keyFile: KeyFile(path: directory.keyFile),
            storePath: directory.keyStore,
            calendar: KeyCalendar(zone: timezone)
        )
        self.directory = directory
        self.catalogue = catalogue
        self.timezone = timezone
        self.vault = vault
        self.log = try ImportedLog(directory, node: Configuration().node)
        let customers = Set(catalogue.lines.values.map(\.customer)).sorted()
        self.translator = FactTranslator(
            catalogue: catalogue,
            clients: ClientRegistry(vault: vault, customers: customers)
        )
        if let start { try self.begin(at: start) }
    }

    private func begin(at start: Int64) throws {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        for (at, event) in try self.catalogue.events(start: start, vault: self.vault) {
            try self.log.append(event, at: WallTime(microseconds: at * 1_000))
        }
        let started = NodeStarted(version: FactTranslator.version, epoch: 1, timezone: self.timezone)
        try self.log.append(.nodeStarted(started), at: WallTime(microseconds: start * 1_000))
    }

    /// - Throws: ``HistoryRowError`` when the fact makes no sense where it stands; then nothing of it is in the log.
    func add(_ fact: ImportedFact) throws {
        try self.begin(at: fact.at)
        let at = WallTime(microseconds: fact.at * 1_000)
        for event in try self.translator.translate(fact) { try self.log.append(event, at: at) }
    }

    /// Brings the log to the disk and makes the projections; answers the number of events.
    func finish() throws -> Int64 {
        try self.log.finish()
        let (events, id) = (self.log.events, self.log.log)
        try self.vault.store.close()
        _ = try RebuildBoth.run(
            LogFeed(directory: self.directory.log),
            log: id,
            live: self.directory.liveProjection,
            history: self.directory.historyProjection
        )
        return events
    }
}
