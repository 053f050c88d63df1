import Events
import GRDB
import Model

/// What has to leave the history of people: all that is personal of those who were erased, and what devices said of themselves
/// in weeks that have aged.
///
/// Carried out where rows are written, after all others: in a live batch as in a rebuild every row that an event means is
/// there by then, and none that comes after it is touched.
struct PersonalTraces: Sendable {
    private struct Erasure: Sendable {
        /// In `customer_name`; whoever comes back under the same name has another.
        var number: Int64
        /// The event that says so.
        var seq: Int64
    }

    private struct Ageing: Sendable {
        /// Devices of earlier weeks go.
        var week: String
        /// The last device that had been seen then.
        var lastClient: Int64
    }

    private var erased: [Erasure] = []
    private var aged: [Ageing] = []
    private var lastClient: Int64 = 0

    init() {}

    init(loadingFrom tables: TableDatabase) throws {
        self.lastClient = try Int64.fetchOne(tables.database, sql: "SELECT max(client) FROM client") ?? 0
    }

    mutating func apply(_ envelope: Envelope, names: inout CustomerNames, in backing: Backing) throws {
        switch envelope.event {
        case .clientSeen(let it): self.lastClient = max(self.lastClient, it.client.rawValue)
        case .customerErased(let it):
            let number = try names.erase(it.customer, at: envelope.at, in: backing)
            self.erased.append(Erasure(number: number, seq: envelope.seq))
        case .dataAged(let it): self.aged.append(Ageing(week: it.clientsBefore, lastClient: self.lastClient))
        // Nothing else takes anything away from people.
        default: break
        }
    }

    /// Takes it out of the tables; of who was erased the file holds remains until it is scrubbed.
    mutating func write(to tables: TableDatabase) throws {
        guard !self.erased.isEmpty || !self.aged.isEmpty else { return }
        let database = tables.database
        // What is freed is zeroed: what ages is taken for gone without the file being scrubbed, which costs too much each week.
        try database.execute(sql: "PRAGMA secure_delete = ON")
        for ageing in self.aged {
            try database.execute(
                sql: "DELETE FROM seen_client WHERE week < ? AND client <= ?",
                arguments: [ageing.week, ageing.lastClient]
            )
        }
        for erasure in self.erased {
            for statement in Self.statements {
                try database.execute(sql: statement, arguments: ["customer": erasure.number])
            }
            try database.execute(sql: Self.reasons, arguments: ["customer": erasure.number, "seq": erasure.seq])
        }
        if !self.erased.isEmpty { try ScrubMark.set(in: database) }
        try database.execute(sql: "PRAGMA secure_delete = OFF")
        self.erased.removeAll()
        self.aged.removeAll()
    }

    /// Numbers, times and rules stay: they are what past reports are made of.
    private static let statements = [
        "DELETE FROM seen_client WHERE customer = :customer",
        "UPDATE refund SET why = '' WHERE customer = :customer",
    ]

    private static let reasons = """
        UPDATE change_record SET detail = NULL
        WHERE seq < :seq AND kind IN ('customer.suspended', 'credential.suspended', 'credential.excused')
          AND (customer = :customer OR credential IN
            (SELECT credential FROM change_record WHERE customer = :customer AND credential IS NOT NULL AND seq < :seq))
        """
}
