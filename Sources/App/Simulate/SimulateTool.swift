import Model

/// Fills a data directory with simulated weeks: `baton simulate`.
package struct SimulateTool {
    private let settings: Simulation.Settings
    private let target: ImportTarget

    /// The first week's Monday unless another is asked for: 2026-W40.
    package static let startUsual = "2026-09-28"

    /// - Throws: ``LogFilterError/malformedTime(_:)`` for a start that is no day.
    package init(customers: Int, weeks: Int, seed: UInt64, start: String, into directory: DataDirectory) throws {
        guard let time = WallTime(start) else { throw LogFilterError.malformedTime(start) }
        // The Monday of that week; 1970-01-01 was a Thursday.
        let monday = time.day - ((time.day + 3) % 7 + 7) % 7
        self.settings = Simulation.Settings(
            customers: customers,
            weeks: weeks,
            seed: seed,
            start: monday * 86_400_000
        )
        self.target = ImportTarget(directory: directory)
    }

    /// Customers and weeks that may be asked for.
    package static var customersMax: Int { Simulation.Settings.customersMax }
    package static var weeksMax: Int { Simulation.Settings.weeksMax }

    /// What came of it, as lines for people.
    ///
    /// - Throws: ``ImportError`` when there is no place for it, and the system's errors.
    package func run() throws -> [String] {
        let digest = FileDigest.of(self.settings.name)
        switch try self.target.standing(digest: digest) {
        case .same: return ["nothing to do: \(self.target.directory.path) holds this simulation already"]
        case .empty: break
        case .unfinished: try self.target.clear()
        }
        try self.target.directory.create()
        let lock = try DataLock(self.target.directory)
        defer { withExtendedLifetime(lock) {} }
        var mark = ImportMark(
            origin: .simulation,
            isDone: false,
            digest: digest,
            timezone: "UTC",
            facts: 0,
            wrong: 0
        )
        try mark.write(to: self.target.directory)
        let simulation = try Simulation(self.settings)
        let maker = try LogMaker(
            self.target.directory,
            catalogue: simulation.catalogue,
            start: self.settings.start,
            timezone: "UTC"
        )
        for fact in simulation.facts() {
            try maker.add(fact)
            mark.facts += 1
        }
        let events = try maker.finish()
        mark.isDone = true
        try mark.write(to: self.target.directory)
        return [
            "\(self.settings.customers) customers, \(self.settings.weeks) weeks, seed \(self.settings.seed): \(mark.facts) facts became \(events) events in \(self.target.directory.path)",
            "next: baton report stability --data \(self.target.directory.path)",
        ]
    }
}
