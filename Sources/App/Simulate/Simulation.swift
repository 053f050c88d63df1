import Model

/// Weeks of customers, suppliers and viewers that never were: for demonstrations, tests and benchmarks.
///
/// The same settings give the same facts on every machine. Households watch with a few devices at home, some travel, some
/// share their credential with another home; suppliers fail in short and in long ways, alone and all channels together.
struct Simulation {
    /// What is simulated.
    struct Settings: Hashable {
        static let customersMax = 50_000
        static let weeksMax = 53

        var customers: Int
        var weeks: Int
        var seed: UInt64
        /// Of the first week's Monday in Greenwich, milliseconds since 1970.
        var start: Int64
        var channels = 120

        /// By which the same simulation is known again.
        var name: String {
            "simulation customers \(self.customers) weeks \(self.weeks) seed \(self.seed) start \(self.start) channels \(self.channels)"
        }

        var span: Range<Int64> { self.start..<(self.start + Int64(self.weeks) * 7 * 86_400_000) }
    }

    let settings: Settings
    private(set) var catalogue = ImportedCatalogue()
    private let suppliers = ["alpha", "bravo", "charlie", "delta"]

    init(_ settings: Settings) throws(HistoryRowError) {
        self.settings = settings
        var random = SplitMix(seed: settings.seed)
        for channel in 0..<settings.channels {
            let first = Int.random(in: 0..<self.suppliers.count, using: &random)
            let second = (first + 1 + channel % 3) % self.suppliers.count
            let names = channel % 3 == 0 ? [self.suppliers[first]] : [self.suppliers[first], self.suppliers[second]]
            try self.catalogue.addStream("channel-\(channel + 1)", suppliers: names)
        }
        for customer in 0..<settings.customers {
            var random = SplitMix(seed: settings.seed &+ UInt64(customer + 1) &* 0x9E37_79B9)
            let slots = Int64([1, 1, 1, 2, 2, 3, 4].randomElement(using: &random) ?? 1)
            let line = ImportedCatalogue.Line(
                number: .init(Int64(customer + 1)),
                customer: CustomerID(rawValue: "s\(customer + 1)"),
                maxConnections: slots,
                tenureDays: Int64.random(in: 0...700, using: &random),
                trial: Int.random(in: 0..<20, using: &random) == 0,
                priceCents: 700 + slots * 400
            )
            try self.catalogue.add(line, name: "user\(customer + 1)")
        }
    }

    /// All facts in the order of their times.
    func facts() -> [ImportedFact] {
        var facts: [SimulatedFact] = []
        var supply = SimulatedSupply(self.settings, self.catalogue)
        facts += supply.facts()
        let popularity = SimulatedViewer.popularity(self.settings.channels)
        for customer in 0..<self.settings.customers {
            var viewer = SimulatedViewer(customer, self.settings, popularity: popularity)
            facts += viewer.facts()
        }
        facts.sort { ($0.at, $0.order) < ($1.at, $1.order) }
        return SlotRule(self.catalogue).enforced(facts)
    }
}

/// A fact while it is put in order.
struct SimulatedFact {
    var at: Int64
    /// What comes first at one moment.
    var order: Int
    var fact: ImportedFact

    init(_ fact: ImportedFact, order: Int) {
        self.at = fact.at
        self.order = order
        self.fact = fact
    }
}

/// Refuses what goes over the credential's limit, as the service would.
private struct SlotRule {
    private let catalogue: ImportedCatalogue

    init(_ catalogue: ImportedCatalogue) {
        self.catalogue = catalogue
    }

    func enforced(_ facts: [SimulatedFact]) -> [ImportedFact] {
        var open: [String: Int64] = [:]
        var refused: Set<String> = []
        var holders: [String: String] = [:]
        return facts.compactMap { item -> ImportedFact? in
            var fact = item.fact
            switch fact.kind {
            case .opened:
                let limit = self.catalogue.lines[fact.credential]?.maxConnections ?? 1
                guard open[fact.credential, default: 0] < limit else {
                    refused.insert(fact.connection)
                    fact.kind = .rejected
                    fact.reason = "limit"
                    return fact
                }
                open[fact.credential, default: 0] += 1
                holders[fact.connection] = fact.credential
                return fact
            case .closed:
                if refused.remove(fact.connection) != nil { return nil }
                if let credential = holders.removeValue(forKey: fact.connection) { open[credential, default: 1] -= 1 }
                return fact
            case .rejected, .down, .up, .patchBegan, .patchEnded, .failover, .restart, .event: return fact
            }
        }
    }
}

/// Numbers that look random and are the same for the same seed on every machine.
///
/// Source: Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014 (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
