import Events
import GRDB
import Model

@testable import Projections

/// A projection's tables after some events, folded in every way there is: the ways must agree.
struct Folded<P: Projection> {
    let database: DatabaseQueue

    init(_ envelopes: [Envelope]) throws {
        let atOnce = try Self.fold([envelopes])
        self.database = atOnce
        let ways = [
            try Self.fold(envelopes.map { [$0] }),
            try Self.fold(
                stride(from: 0, to: envelopes.count, by: 3).map { Array(envelopes[$0..<min($0 + 3, envelopes.count)]) }
            ),
            try Self.rebuild(envelopes),
        ]
        let expected = try atOnce.read { try CanonicalDump.lines(of: $0) }
        for way in ways where try way.read({ try CanonicalDump.lines(of: $0) }) != expected { throw FoldsDiffer() }
    }

    /// Events at 10:00:00 and each a second after the one before it, of node `a`.
    init(_ events: [Event], from start: String = "2026-11-23T10:00:00Z") throws {
        guard let at = WallTime(start) else { throw FoldsDiffer() }
        try self.init(
            events.enumerated().map { index, event in
                envelope(event, Int64(index + 1), at: at.advanced(milliseconds: Int64(index) * 1_000))
            }
        )
    }

    /// The first column of each row of a query, as SQL literals joined by `|`.
    func rows(_ sql: String) throws -> [String] {
        try self.database.read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                row.databaseValues.map { value in
                    switch value.storage {
                    case .null: "-"
                    case .int64(let number): String(number)
                    case .double(let number): String(number)
                    case .string(let text): text
                    case .blob: "blob"
                    }
                }.joined(separator: "|")
            }
        }
    }

    func state<Answer>(_ body: (LiveState) throws -> Answer) throws -> Answer {
        try self.database.read { try body(LiveState(reading: $0)) }
    }

    private static func make() throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try queue.write { try $0.execute(sql: Checkpoint.schema + P.schema) }
        return queue
    }

    private static func fold(_ batches: [[Envelope]]) throws -> DatabaseQueue {
        let queue = try Self.make()
        var projection = P()
        for batch in batches {
            try queue.write { database in
                let tables = TableDatabase(database)
                // Single events are folded with nothing in memory, as after a start.
                if batch.count == 1 { try projection.load(from: tables) }
                for envelope in batch { try projection.apply(envelope, in: .stored(tables)) }
                try projection.write(to: tables)
                try Self.checkpoint(after: batch)?.write(to: tables)
            }
            projection.trim()
        }
        return queue
    }

    private static func rebuild(_ envelopes: [Envelope]) throws -> DatabaseQueue {
        let queue = try Self.make()
        var projection = P()
        try queue.write { database in
            let tables = TableDatabase(database)
            for (index, envelope) in envelopes.enumerated() {
                try projection.apply(envelope, in: .fresh)
                if index % 4 == 3 {
                    try projection.write(to: tables)
                    projection.forgetFinal()
                }
            }
            try projection.write(to: tables)
            try Self.checkpoint(after: envelopes)?.write(to: tables)
        }
        return queue
    }

    private static func checkpoint(after envelopes: [Envelope]) -> Checkpoint? {
        envelopes.last.map { Checkpoint(version: P.version, log: "log", seq: $0.seq, at: $0.at) }
    }
}

struct FoldsDiffer: Error {}

func envelope(_ event: Event, _ seq: Int64, at: WallTime, node: String = "a") -> Envelope {
    Envelope(seq: seq, at: at, node: NodeID(rawValue: node), event: event)
}

/// Events with a default for everything.
func opened(
    _ connection: Int64,
    credential: Int64 = 7,
    customer: String = "c1",
    channel: Int64 = 101,
    session: String? = nil
) -> Event {
    .connectionOpened(
        ConnectionOpened(
            connection: ConnectionID(connection),
            credential: CredentialID(credential),
            customer: CustomerID(rawValue: customer),
            channel: ChannelID(channel),
            client: ClientID(1),
            output: .hls,
            network: "n1",
            country: "DE",
            session: session ?? "token-\(connection)"
        )
    )
}

func closed(
    _ connection: Int64,
    credential: Int64 = 7,
    customer: String = "c1",
    channel: Int64 = 101,
    reason: String = "left",
    watched: Int64 = 1_000
) -> Event {
    .connectionClosed(
        ConnectionClosed(
            connection: ConnectionID(connection),
            credential: CredentialID(credential),
            customer: CustomerID(rawValue: customer),
            channel: ChannelID(channel),
            reason: reason,
            bytes: ByteCount(500),
            watched: Milliseconds(watched),
            patched: Milliseconds(10),
            stalls: 2,
            stalled: Milliseconds(1_300),
            slate: Milliseconds(7)
        )
    )
}

func evicted(_ connection: Int64, credential: Int64 = 7) -> Event {
    .connectionEvicted(
        ConnectionEvicted(
            connection: ConnectionID(connection),
            credential: CredentialID(credential),
            customer: CustomerID(rawValue: "c1"),
            why: "operator"
        )
    )
}

func issued(_ credential: Int64, customer: String = "c1", login: String? = nil) -> Event {
    .credentialIssued(
        CredentialIssued(
            credential: CredentialID(credential),
            customer: CustomerID(rawValue: customer),
            login: login ?? "login-\(credential)",
            username: "v1.k.u",
            password: "h1.k.p",
            trial: false
        )
    )
}

let started = Event.nodeStarted(NodeStarted(version: "1.0.0", epoch: 1))
