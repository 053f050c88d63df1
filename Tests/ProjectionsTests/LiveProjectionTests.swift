import Events
import Model
import Testing

@testable import Projections

struct LiveConnectionsTests {
    typealias Live = Folded<LiveProjection>

    @Test func `an open connection holds a slot until it is closed or evicted`() throws {
        #expect(
            try Live([opened(1), opened(2), opened(3)]).state {
                try $0.connections(of: CredentialID(7)).map(\.connection.rawValue)
            } == [1, 2, 3]
        )
        let later = try Live([opened(1), opened(2), opened(3), opened(4, credential: 8), closed(2), evicted(3)])
        #expect(try later.rows("SELECT credential, connection FROM live_connection ORDER BY 2") == ["7|1", "8|4"])
        #expect(try later.state { try $0.connectionCount() } == 2)
        #expect(try later.state { try $0.connection(ConnectionID(4), of: CredentialID(8))?.session } == "token-4")
        #expect(try later.state { try $0.connection(ConnectionID(4), of: CredentialID(7)) } == nil)
        #expect(try later.state { try $0.connection(ConnectionID(4))?.credential } == CredentialID(8))
    }

    @Test func `a second close and a close of nothing change nothing`() throws {
        let folded = try Live([opened(1), closed(1), closed(1), closed(99), evicted(98)])
        #expect(try folded.rows("SELECT * FROM live_connection").isEmpty)
    }

    @Test func `the start of a node frees its own slots, and tokens stay`() throws {
        let at = WallTime(seconds: 1_795_000_000)
        let folded = try Live([
            envelope(opened(1), 1, at: at), envelope(opened(2), 2, at: at, node: "b"), envelope(started, 3, at: at),
        ])
        #expect(try folded.rows("SELECT connection, node FROM live_connection") == ["2|b"])
        #expect(try folded.rows("SELECT session, connection FROM session ORDER BY 1") == ["token-1|1", "token-2|2"])
    }

    @Test func `a token ends with its viewer, not with the service`() throws {
        let folded = try Live([
            opened(1), opened(2), opened(3), opened(4), closed(1, reason: "left"), closed(2, reason: "shutdown"),
            closed(3, reason: "node-restart"), evicted(4),
        ])
        #expect(try folded.rows("SELECT session FROM session ORDER BY 1") == ["token-2", "token-3"])
    }

    @Test func `a reopened token belongs to its newest connection`() throws {
        let folded = try Live([
            opened(1, session: "t"), started, opened(2, session: "t"), closed(1), opened(3, session: "u"), closed(3),
        ])
        #expect(try folded.rows("SELECT session, connection, opened_at - started_at FROM session") == ["t|2|2000000"])
        #expect(
            try Live([opened(1, session: "t"), started, opened(2, session: "t"), closed(2)]).rows(
                "SELECT * FROM session"
            ).isEmpty
        )
    }

    @Test func `a new password ends the tokens of the old one`() throws {
        let rotated = Event.credentialRotated(CredentialRotated(credential: CredentialID(7), password: "h1.k.q"))
        let folded = try Live([opened(1), opened(2, credential: 8), rotated])
        #expect(try folded.rows("SELECT session FROM session") == ["token-2"])
        #expect(try folded.rows("SELECT connection FROM live_connection ORDER BY 1") == ["1", "2"])
    }

    @Test func `tokens older than a day go at the next start`() throws {
        let at = WallTime(seconds: 1_795_000_000)
        let folded = try Live([
            envelope(opened(1), 1, at: at), envelope(opened(2), 2, at: at.advanced(milliseconds: 7_200_000)),
            envelope(started, 3, at: at.advanced(milliseconds: 25 * 3_600_000)),
        ])
        #expect(try folded.rows("SELECT session FROM session") == ["token-2"])
    }

    @Test func `devices are known by their digest for this week and the last`() throws {
        func seen(_ client: Int64, _ week: String) -> Event {
            .clientSeen(
                ClientSeen(
                    client: ClientID(client),
                    customer: CustomerID(rawValue: "c1"),
                    week: week,
                    device: "d\(client)",
                    identity: "x"
                )
            )
        }
        let folded = try Live([seen(1, "2026-W46"), seen(2, "2026-W47"), seen(3, "2026-W48"), seen(4, "2026-W47")])
        #expect(try folded.rows("SELECT client FROM client ORDER BY 1") == ["2", "3", "4"])
        #expect(try folded.state { try $0.client(device: "d3")?.client } == ClientID(3))
        #expect(try folded.state { try $0.client(device: "d1") } == nil)
        #expect(try folded.state { $0.counters.nextClient } == ClientID(5))
    }
}

struct CatalogueTests {
    typealias Live = Folded<LiveProjection>

    @Test func `a credential is found by its login and keeps its states`() throws {
        let id = CredentialID(7)
        let suspended = Event.credentialSuspended(CredentialSuspended(credential: id, why: "unpaid"))
        let resumed = Event.credentialResumed(CredentialResumed(credential: id))
        let expired = Event.credentialExpired(CredentialExpired(credential: id))
        let changed = Event.credentialChanged(
            CredentialChanged(
                credential: id,
                customer: CustomerID(rawValue: "c2"),
                login: "new",
                username: "v1.k.v",
                maxConnections: 4,
                expires: WallTime(seconds: 9),
                trial: true
            )
        )
        func row(_ events: [Event]) throws -> CredentialRow? { try Live(events).state { try $0.credential(id) } }
        #expect(try row([issued(7)])?.state == .active)
        #expect(try row([issued(7), suspended])?.why == "unpaid")
        #expect(try row([issued(7), suspended, changed])?.state == .suspended)
        #expect(try row([issued(7), suspended, resumed]) == row([issued(7)]))
        #expect(try row([issued(7), expired])?.state == .expired)
        let revived = try #require(try row([issued(7), expired, changed]))
        #expect(
            revived.state == .active && revived.maxConnections == 4 && revived.trial && revived.password == "h1.k.p"
        )
        #expect(try Live([issued(7), changed]).state { try $0.credential(login: "new")?.credential } == id)
        #expect(try Live([issued(7), changed]).state { try $0.credential(login: "login-7") } == nil)
        #expect(try row([suspended, changed]) == nil)
    }

    @Test func `erasing a customer removes what belongs to them`() throws {
        let added = Event.customerAdded(CustomerAdded(customer: CustomerID(rawValue: "c1"), name: "v1.k.n"))
        let erased = Event.customerErased(CustomerErased(customer: CustomerID(rawValue: "c1")))
        let folded = try Live([
            added, issued(7), issued(8, customer: "c2"), opened(1), opened(2, credential: 8, customer: "c2"), erased,
        ])
        #expect(try folded.rows("SELECT customer FROM customer").isEmpty)
        #expect(try folded.rows("SELECT credential FROM credential") == ["8"])
        #expect(try folded.rows("SELECT session FROM session") == ["token-2"])
    }

    @Test func `numbers are given once, whatever is removed`() throws {
        let folded = try Live([
            issued(7), .credentialRemoved(CredentialRemoved(credential: CredentialID(7))), opened(41), closed(41),
            .sourceAttached(
                SourceAttached(
                    source: SourceID(3),
                    channel: ChannelID(101),
                    supplier: SupplierID(rawValue: "s"),
                    position: 0,
                    url: "u"
                )
            ),
            .sourceDetached(SourceDetached(source: SourceID(3), channel: ChannelID(101))),
            .channelAdded(ChannelAdded(channel: ChannelID(101), name: "One", keep: .always)),
        ])
        let counters = try folded.state { $0.counters }
        #expect(counters.nextCredential == CredentialID(8))
        #expect(counters.nextConnection == ConnectionID(42))
        #expect(counters.nextSource == SourceID(4))
        #expect(counters.nextChannel == ChannelID(102))
        #expect(counters.nextClient == ClientID(1))
    }

    @Test func `sources are listed in the order in which they are tried`() throws {
        func attached(_ source: Int64, _ position: Int64) -> Event {
            .sourceAttached(
                SourceAttached(
                    source: SourceID(source),
                    channel: ChannelID(101),
                    supplier: SupplierID(rawValue: "s"),
                    position: position,
                    url: "u"
                )
            )
        }
        let folded = try Live([attached(1, 2), attached(2, 0), attached(3, 1)])
        #expect(try folded.state { try $0.sources(of: ChannelID(101)).map(\.source.rawValue) } == [2, 3, 1])
    }
}

struct IngestStateTests {
    typealias Live = Folded<LiveProjection>

    let channel = ChannelID(101)
    let supplier = SupplierID(rawValue: "alpha")

    func begins(_ source: Int64) -> Event {
        .ingestStarted(
            IngestStarted(
                channel: self.channel,
                source: SourceID(source),
                supplier: self.supplier,
                after: Milliseconds(9),
                tracks: "h264"
            )
        )
    }
    func down(_ source: Int64) -> Event {
        .ingestDown(
            IngestDown(
                channel: self.channel,
                source: SourceID(source),
                supplier: self.supplier,
                cause: "reset",
                bytes: ByteCount(1),
                retryIn: Milliseconds(1)
            )
        )
    }
    func recovered(_ source: Int64) -> Event {
        .ingestRecovered(
            IngestRecovered(
                channel: self.channel,
                source: SourceID(source),
                supplier: self.supplier,
                down: Milliseconds(1)
            )
        )
    }
    func stopped(_ source: Int64) -> Event {
        .ingestStopped(
            IngestStopped(
                channel: self.channel,
                source: SourceID(source),
                supplier: self.supplier,
                why: "idle",
                bytes: ByteCount(1),
                ran: Milliseconds(1)
            )
        )
    }
    func switched(_ from: Int64, _ to: Int64) -> Event {
        .failoverSwitch(
            FailoverSwitch(
                channel: self.channel,
                from: SourceID(from),
                to: SourceID(to),
                why: "down",
                gap: Milliseconds(1)
            )
        )
    }
    var slate: Event {
        .slateShown(SlateShown(channel: self.channel, why: "no source", length: Milliseconds(1), viewers: 1))
    }

    @Test func `a channel follows its source`() throws {
        func channel(_ events: [Event]) throws -> [String] {
            try Live(events).rows("SELECT state, source FROM channel_state")
        }
        #expect(try channel([self.begins(1)]) == ["live|1"])
        #expect(try channel([self.begins(1), self.begins(2)]) == ["live|1"])
        #expect(try channel([self.begins(1), self.down(2)]) == ["live|1"])
        #expect(try channel([self.begins(1), self.down(1)]) == ["down|1"])
        #expect(try channel([self.begins(1), self.down(1), self.slate]) == ["slate|1"])
        #expect(try channel([self.begins(1), self.down(1), self.slate, self.recovered(1)]) == ["live|1"])
        #expect(try channel([self.begins(1), self.down(1), self.switched(1, 2), self.recovered(1)]) == ["live|2"])
        #expect(try channel([self.begins(1), self.stopped(1)]) == ["off|1"])
        #expect(try channel([self.begins(1), .channelRemoved(ChannelRemoved(channel: self.channel))]).isEmpty)
        #expect(try channel([self.begins(1), started]) == ["off|1"])
    }

    @Test func `a source counts its blips until it is started anew`() throws {
        let blip = Event.ingestBlip(
            IngestBlip(
                channel: self.channel,
                source: SourceID(1),
                supplier: self.supplier,
                cause: "stall",
                gap: Milliseconds(1),
                bytes: ByteCount(1)
            )
        )
        func source(_ events: [Event]) throws -> [String] {
            try Live(events).rows("SELECT state, blips, cause FROM source_state")
        }
        #expect(try source([blip]).isEmpty)
        #expect(try source([self.begins(1), blip, blip]) == ["running|2|stall"])
        #expect(try source([self.begins(1), blip, self.down(1)]) == ["down|1|reset"])
        #expect(try source([self.begins(1), blip, self.stopped(1)]) == ["stopped|1|idle"])
        #expect(try source([self.begins(1), blip, self.begins(1)]) == ["running|0|-"])
        #expect(try source([self.begins(1), started]) == ["stopped|0|-"])
    }
}
