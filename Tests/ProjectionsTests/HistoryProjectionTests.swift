import Events
import Model
import Testing

@testable import Projections

struct ConnectionHistoryTests {
    typealias History = Folded<HistoryProjection>

    @Test func `tells a connection from admission to end`() throws {
        let folded = try History([opened(1), closed(1, watched: 900)])
        #expect(
            try folded.rows(
                "SELECT connection, credential, customer, channel, output, country, opened, closed, reason, bytes, watched_ms, patched_ms, slate_ms, stalls, stalled_ms FROM connection_history"
            )
                == ["1|7|c1|101|hls|DE|2026-11-23T10:00:00.000Z|2026-11-23T10:00:01.000Z|left|500|900|10|7|2|1300"]
        )
        #expect(try folded.rows("SELECT opened_seq, closed_seq FROM connection") == ["1|2"])
        #expect(
            try folded.rows("SELECT patched_ms, watched_slate_ms, stalls, stalled_ms FROM channel_hour") == [
                "10|7|2|1300"
            ]
        )
    }

    @Test func `what a node left open ends when it was last heard of`() throws {
        let folded = try History([opened(1), opened(2), closed(2), started], from: "2026-11-23T10:00:00Z")
        #expect(
            try folded.rows(
                "SELECT connection, closed_at - opened_at, reason, watched_ms, closed_seq FROM connection ORDER BY 1"
            )
                == ["1|2000000|node-restart|2000|4", "2|1000000|left|1000|3"]
        )
        #expect(try folded.rows("SELECT opens, closes, watched_ms FROM channel_hour WHERE opens > 0") == ["2|2|3000"])
    }

    @Test func `another node's connections stay open`() throws {
        let at = WallTime(seconds: 1_795_000_000)
        let folded = try History([envelope(opened(1), 1, at: at, node: "b"), envelope(started, 2, at: at)])
        #expect(try folded.rows("SELECT closed_at FROM connection") == ["-"])
    }

    @Test func `the close after an eviction tells the rest`() throws {
        let folded = try History([opened(1), evicted(1), closed(1, reason: "evicted", watched: 700)])
        #expect(
            try folded.rows("SELECT reason, closed_at - opened_at, watched_ms, closed_seq, settled FROM connection")
                == ["evicted|1000000|700|3|1"]
        )
        let restarted = try History([opened(1), evicted(1), started])
        #expect(
            try restarted.rows("SELECT reason, closed_at - opened_at, watched_ms, settled FROM connection") == [
                "evicted|1000000|1000|1"
            ]
        )
        #expect(try restarted.rows("SELECT opens - closes FROM channel_hour") == ["0"])
    }

    @Test func `only the first close counts`() throws {
        let folded = try History([opened(1), closed(1, reason: "left"), closed(1, reason: "idle"), closed(5)])
        #expect(try folded.rows("SELECT connection, reason FROM connection") == ["1|left"])
        #expect(try folded.rows("SELECT opens, closes, bytes FROM channel_hour") == ["1|1|500"])
    }

    @Test func `an erased customer keeps a number and loses the name`() throws {
        let erased = Event.customerErased(CustomerErased(customer: CustomerID(rawValue: "c1")))
        let folded = try History([opened(1), opened(2, customer: "c2"), closed(1), erased, opened(3)])
        #expect(
            try folded.rows("SELECT connection, customer FROM connection_history ORDER BY 1") == [
                "1|erased-1", "2|c2", "3|c1",
            ]
        )
        #expect(
            try folded.rows("SELECT number, name, erased_at IS NULL FROM customer_name ORDER BY 1") == [
                "1|erased-1|0", "2|c2|1", "3|c1|1",
            ]
        )
    }

    @Test func `devices of weeks that have aged go, and what reports are made of stays`() throws {
        func seen(_ client: Int64, _ week: String) -> Event {
            var event = ClientSeen.example
            (event.client, event.week) = (ClientID(client), week)
            return .clientSeen(event)
        }
        let aged = Event.dataAged(DataAged(clientsBefore: "2026-W47", networksBefore: "2026-W36", keys: 3))
        let folded = try History([
            seen(1, "2026-W45"), seen(2, "2026-W46"), seen(3, "2026-W47"), opened(1), aged, seen(4, "2026-W45"),
            opened(2),
        ])
        // What came after it was not meant.
        #expect(try folded.rows("SELECT client FROM seen_client ORDER BY 1") == ["3", "4"])
        #expect(try folded.rows("SELECT client, agent IS NULL FROM client ORDER BY 1") == ["1|0", "2|0", "3|0", "4|0"])
        #expect(try folded.rows("SELECT count(*) FROM connection") == ["2"])
        let live = try Folded<LiveProjection>([seen(1, "2026-W46"), seen(2, "2026-W47"), aged])
        #expect(try live.rows("SELECT client FROM client") == ["2"])
    }

    @Test func `of an erased customer no device and no reason stays, and the file is to be scrubbed`() throws {
        func seen(_ client: Int64, _ customer: String) -> Event {
            var event = ClientSeen.example
            event.client = ClientID(client)
            event.customer = CustomerID(rawValue: customer)
            return .clientSeen(event)
        }
        func refund(_ customer: String) -> Event {
            let amount = Cents(100)
            let day = WallTime(seconds: 1_795_000_000)
            return .refundRecorded(
                RefundRecorded(customer: CustomerID(rawValue: customer), amount: amount, why: "late", forDay: day)
            )
        }
        let suspended = [7, 8].map { Event.credentialSuspended(.init(credential: CredentialID($0), why: "unpaid")) }
        let erased = Event.customerErased(CustomerErased(customer: CustomerID(rawValue: "c1")))
        let events = [
            issued(7), issued(8, customer: "c2"), seen(1, "c1"), seen(2, "c2"), refund("c1"), refund("c2"),
            suspended[0], suspended[1], erased, issued(9), seen(3, "c1"),
        ]
        let folded = try History(events)
        #expect(try folded.rows("SELECT client, customer FROM seen_client ORDER BY 1") == ["2|2", "3|3"])
        // What past reports are made of stays.
        #expect(try folded.rows("SELECT client, customer FROM client ORDER BY 1") == ["1|1", "2|2", "3|3"])
        #expect(try folded.rows("SELECT customer, why FROM refund ORDER BY 1") == ["1|", "2|late"])
        #expect(
            try folded.rows("SELECT credential, detail FROM change_record WHERE kind = 'credential.suspended'") == [
                "7|-", "8|unpaid",
            ]
        )
        #expect(try folded.rows("PRAGMA user_version") == ["1"])
        #expect(try History([seen(1, "c1")]).rows("PRAGMA user_version") == ["0"])
    }
}

struct ChannelHoursTests {
    typealias History = Folded<HistoryProjection>

    @Test func `watched time is in the hours it was in`() throws {
        let at = try #require(WallTime("2026-11-23T12:10:00Z"))
        let folded = try History([
            envelope(opened(1), 1, at: at.advanced(milliseconds: -90 * 60_000)),
            envelope(closed(1, watched: 90 * 60_000), 2, at: at),
        ])
        let hour = at.hour
        #expect(
            try folded.rows(
                "SELECT hour - \(hour), opens, closes, watched_ms / 60000, bytes FROM channel_hour ORDER BY 1"
            )
                == ["-2|1|0|20|0", "-1|0|0|60|0", "0|0|1|10|500"]
        )
    }

    static let spreads: [(Int64, String, [(Int64, Int64)])] = [
        (0, "2026-11-23T12:10:00Z", []),
        (-5, "2026-11-23T12:10:00Z", []),
        (60_000, "2026-11-23T12:10:00Z", [(0, 60_000)]),
        (600_000, "2026-11-23T12:10:00Z", [(0, 600_000)]),
        (600_001, "2026-11-23T12:10:00Z", [(0, 600_000), (-1, 1)]),
        (3_600_000, "2026-11-23T12:00:00Z", [(-1, 3_600_000)]),
        (4_200_000, "2026-11-23T12:00:00Z", [(-1, 3_600_000), (-2, 600_000)]),
    ]

    @Test(arguments: Self.spreads)
    func `a length is cut at the hours`(_ length: Int64, _ end: String, _ parts: [(Int64, Int64)]) throws {
        let end = try #require(WallTime(end))
        let found = Array(HourSpread(length, endingAt: end))
        #expect(found.map { $0.hour - end.hour } == parts.map(\.0))
        #expect(found.map(\.ms) == parts.map(\.1))
    }

    @Test func `an absurd length ends after a month of hours and loses nothing`() throws {
        let end = try #require(WallTime("2026-11-23T12:10:00Z"))
        let found = Array(HourSpread(.max, endingAt: end))
        #expect(found.count == HourSpread.hoursMax)
        #expect(found.map(\.ms).reduce(0, +) == HourSpread.lengthMax)
    }

    @Test func `counts what went wrong and what was hidden`() throws {
        let channel = ChannelID(101)
        let source = SourceID(1)
        let supplier = SupplierID(rawValue: "alpha")
        func patch(_ visibility: PatchVisibility, _ length: Int64) -> Event {
            .freezePatch(
                FreezePatch(
                    channel: channel,
                    method: "hold",
                    length: Milliseconds(length),
                    visibility: visibility,
                    viewers: 3,
                    bytes: ByteCount(1)
                )
            )
        }
        let folded = try History([
            .ingestBlip(
                IngestBlip(
                    channel: channel,
                    source: source,
                    supplier: supplier,
                    cause: "stall",
                    gap: Milliseconds(800),
                    bytes: ByteCount(1)
                )
            ),
            patch(.hidden, 800), patch(.visible, 200),
            .failoverSwitch(
                FailoverSwitch(channel: channel, from: source, to: SourceID(2), why: "down", gap: Milliseconds(50))
            ),
            .slateShown(SlateShown(channel: channel, why: "none", length: Milliseconds(400), viewers: 2)),
            .overlapDropped(
                OverlapDropped(channel: channel, source: source, supplier: supplier, units: 5, length: Milliseconds(7))
            ),
            .ingestDown(
                IngestDown(
                    channel: channel,
                    source: source,
                    supplier: supplier,
                    cause: "reset",
                    bytes: ByteCount(1),
                    retryIn: Milliseconds(1)
                )
            ),
            .ingestRecovered(
                IngestRecovered(channel: channel, source: source, supplier: supplier, down: Milliseconds(4_000))
            ),
        ])
        let columns =
            "blips, blip_gap_ms, patches, hidden_ms, visible_ms, saved_viewer_ms, affected_viewer_ms, switches, switch_gap_ms, slates, slate_ms, overlaps, overlap_ms, downs"
        #expect(
            try folded.rows("SELECT sum(\(columns.replacing(", ", with: "), sum("))), sum(down_ms) FROM channel_hour")
                == ["1|800|2|800|200|2400|1400|1|50|1|400|1|7|1|4000"]
        )
        #expect(try folded.rows("SELECT count(*) FROM incident") == ["8"])
        #expect(
            try folded.rows(
                "SELECT kind, source, to_source, cause, length_ms, visible FROM incident WHERE seq IN (2, 4)"
            )
                == ["freeze.patch|-|-|hold|800|0", "failover.switch|1|2|down|50|-"]
        )
    }
}

struct SourceHoursTests {
    typealias History = Folded<HistoryProjection>

    private static let channel = ChannelID(101)
    private static let alpha = SupplierID(rawValue: "alpha")
    private static let beta = SupplierID(rawValue: "beta")

    private static func attached(_ source: Int64, _ supplier: SupplierID) -> Event {
        .sourceAttached(
            SourceAttached(
                source: SourceID(source),
                channel: Self.channel,
                supplier: supplier,
                position: 0,
                url: "v1.k.u"
            )
        )
    }

    private static func patch(
        _ source: Int64?,
        _ visibility: PatchVisibility,
        _ length: Int64,
        _ viewers: Int64
    )
        -> Event
    {
        .freezePatch(
            FreezePatch(
                channel: Self.channel,
                method: "hold",
                source: source.map { SourceID($0) },
                length: Milliseconds(length),
                visibility: visibility,
                viewers: viewers,
                bytes: ByteCount(1)
            )
        )
    }

    /// What is recorded, and the source's and supplier's hour: patches, hidden, visible, saved, affected.
    @Test(arguments: [
        ([patch(1, .hidden, 800, 3)], "1|1|800|0|2400|0", "alpha|1|800|0|2400|0"),
        ([patch(1, .visible, 200, 5), patch(1, .hidden, 100, 1)], "1|2|100|200|100|1000", "alpha|2|100|200|100|1000"),
        ([patch(9, .hidden, 800, 3)], "9|1|800|0|2400|0", ""),
        ([patch(1, .hidden, 1, .max)], "1|1|1|0|9223372036854775807|0", "alpha|1|1|0|9223372036854775807|0"),
        ([patch(nil, .hidden, 800, 3)], "", ""),
    ])
    func `a gap counts for the source that left it and for its supplier`(
        _ events: [Event],
        _ source: String,
        _ supplier: String
    ) throws {
        let folded = try History([Self.attached(1, Self.alpha)] + events)
        let columns = "patches, hidden_ms, visible_ms, saved_viewer_ms, affected_viewer_ms"
        #expect(try folded.rows("SELECT source, \(columns) FROM source_hour").joined() == source)
        #expect(try folded.rows("SELECT supplier, \(columns) FROM supplier_hour").joined() == supplier)
    }

    @Test func `a failover counts on both sides, and a source keeps its supplier when it is gone`() throws {
        let folded = try History([
            Self.attached(1, Self.alpha), Self.attached(2, Self.beta),
            .sourceDetached(SourceDetached(source: SourceID(1), channel: Self.channel)),
            .failoverSwitch(
                FailoverSwitch(
                    channel: Self.channel,
                    from: SourceID(1),
                    to: SourceID(2),
                    why: "down",
                    gap: Milliseconds(5)
                )
            ),
            .overlapDropped(
                OverlapDropped(
                    channel: Self.channel,
                    source: SourceID(2),
                    supplier: Self.beta,
                    units: 5,
                    length: Milliseconds(7)
                )
            ),
        ])
        #expect(
            try folded.rows("SELECT supplier, switches_from, switches_to, overlaps, overlap_ms FROM supplier_hour")
                == ["alpha|1|0|0|0", "beta|0|1|1|7"]
        )
        #expect(try folded.rows("SELECT source, supplier FROM source_name") == ["1|alpha", "2|beta"])
    }

    @Test func `time away is in the hours it was in, for source and supplier`() throws {
        let at = try #require(WallTime("2026-11-23T12:10:00Z"))
        let recovered = Event.ingestRecovered(
            IngestRecovered(
                channel: Self.channel,
                source: SourceID(1),
                supplier: Self.alpha,
                down: Milliseconds(20 * 60_000)
            )
        )
        let folded = try History([envelope(recovered, 1, at: at)])
        for table in ["source_hour", "supplier_hour"] {
            #expect(
                try folded.rows("SELECT hour - \(at.hour), down_ms / 60000 FROM \(table) ORDER BY 1") == [
                    "-1|10", "0|10",
                ]
            )
        }
    }
}

struct RecordsTests {
    typealias History = Folded<HistoryProjection>

    @Test func `a refusal names who held the slots`() throws {
        let rejected = Event.limitRejected(
            LimitRejected(
                credential: CredentialID(7),
                customer: CustomerID(rawValue: "c1"),
                channel: ChannelID(101),
                client: ClientID(1),
                output: .ts,
                rule: "max-connections",
                limit: 2,
                holders: [ConnectionID(1), ConnectionID(2)]
            )
        )
        let folded = try History([opened(1), opened(2), rejected])
        #expect(try folded.rows("SELECT seq, rule, allowed FROM rejection") == ["3|max-connections|2"])
        #expect(try folded.rows("SELECT seq, connection FROM rejection_holder ORDER BY 2") == ["3|1", "3|2"])
        #expect(try folded.rows("SELECT rejects FROM channel_hour") == ["1"])
    }

    @Test func `keeps what happened to the service`() throws {
        let folded = try History([
            started, .clockStepped(ClockStepped(by: Milliseconds(-5_000))),
            .logDegraded(LogDegraded(why: "zeros", events: 9)),
            .nodeStopped(NodeStopped(why: "SIGTERM")),
        ])
        #expect(
            try folded.rows("SELECT kind, detail, number FROM node_record ORDER BY seq")
                == ["node.started|1.0.0|1", "clock.stepped|-|-5000", "log.degraded|zeros|9", "node.stopped|SIGTERM|-"]
        )
    }
}
