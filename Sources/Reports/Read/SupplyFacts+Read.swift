package import GRDB

extension SupplyFacts {
    /// Days before and after the span in which what reaches into it is looked for; a longer outage is cut.
    static let reachMs: Int64 = 7 * 86_400_000

    /// Reads everything about sources and outputs that touches a span of time.
    ///
    /// `history` is a connection to `history.sqlite`, inside one read; `span` is half-open, in milliseconds since 1970;
    /// `lastAt`, when the newest event was recorded, cuts outages that have not ended.
    /// Throws the database's error.
    package static func read(
        _ history: Database,
        names: Names,
        span: Range<Int64>,
        lastAt: Int64
    ) throws -> SupplyFacts {
        var reader = SupplyReader(names: names, span: span)
        try reader.read(history, lastAt: lastAt)
        return reader.facts
    }
}

/// Puts the facts together.
private struct SupplyReader {
    var facts: SupplyFacts
    private let names: Names
    /// Places of sources by their number.
    private var places: [Int64: Int] = [:]
    private var suppliers: [String: Int] = [:]
    /// Sources that are away: since when, and the event that told.
    private var away: [Int: (from: Int64, seq: Int64)] = [:]

    init(names: Names, span: Range<Int64>) {
        self.facts = SupplyFacts(span: span)
        self.names = names
        for (number, source) in names.sources.sorted(by: { $0.key < $1.key }) { self.add(number, source) }
    }

    private mutating func add(_ number: Int64, _ source: Names.Source) {
        let supplier = self.suppliers[source.supplier] ?? self.facts.suppliers.count
        if supplier == self.facts.suppliers.count {
            self.suppliers[source.supplier] = supplier
            self.facts.suppliers.append(source.supplier)
        }
        self.places[number] = self.facts.sources.count
        self.facts.sources.append(
            FeedFact(
                source: number,
                channel: Int32(truncatingIfNeeded: source.channel),
                supplier: supplier,
                position: source.position
            )
        )
    }

    mutating func read(_ history: Database, lastAt: Int64) throws {
        let span = self.facts.span
        let rows = try SQLCursor(
            history,
            """
            SELECT seq, at, kind, channel, source, to_source, length_ms, visible FROM incident
            WHERE at >= ? AND at < ? ORDER BY at, seq
            """,
            [
                (span.lowerBound - SupplyFacts.reachMs) * 1_000,
                (min(span.upperBound, Int64.max - SupplyFacts.reachMs) + SupplyFacts.reachMs) * 1_000,
            ]
        )
        while try rows.next() {
            let at = rows.integer(1) / 1_000
            let length = max(rows.integer(6), 0)
            let channel = Int32(truncatingIfNeeded: rows.integer(3))
            let source = rows.isNull(4) ? -1 : self.places[rows.integer(4)] ?? -1
            let seq = rows.integer(0)
            switch rows.text(2) {
            case "ingest.down": if source >= 0, self.away[source] == nil { self.away[source] = (at, seq) }
            case "ingest.recovered": self.ended(source, from: at - length, to: at, seq)
            case "ingest.started", "ingest.stopped": self.ended(source, from: nil, to: at, seq)
            case "ingest.blip":
                if source >= 0 { self.add(OutageFact(source: source, from: at - length, to: at, seq: seq)) }
            case "freeze.patch":
                self.add(
                    GapFact(
                        channel: channel,
                        source: source,
                        from: at - length,
                        to: at,
                        isHidden: rows.integer(7) == 0,
                        seq: seq
                    )
                )
            case "slate.shown":
                let gap = GapFact(channel: channel, source: -1, from: at - length, to: at, isHidden: false, seq: seq)
                self.add(gap)
            case "failover.switch":
                let to = self.places[rows.integer(5)] ?? -1
                if span.contains(at) {
                    self.facts.switches.append(SwitchFact(channel: channel, from: source, to: to, at: at, seq: seq))
                }
            default: break
            }
        }
        for (source, down) in self.away.sorted(by: { $0.key < $1.key }) {
            self.add(OutageFact(source: source, from: down.from, to: max(lastAt, down.from), seq: down.seq))
        }
        self.facts.outages.sort { ($0.from, $0.seq) < ($1.from, $1.seq) }
        self.facts.gaps.sort { ($0.from, $0.seq) < ($1.from, $1.seq) }
    }

    /// A source delivers again, or is no longer asked to.
    private mutating func ended(_ source: Int, from: Int64?, to: Int64, _ seq: Int64) {
        guard source >= 0 else { return }
        let down = self.away.removeValue(forKey: source)
        guard let from = down?.from ?? from else { return }
        self.add(OutageFact(source: source, from: from, to: to, seq: down?.seq ?? seq))
    }

    private mutating func add(_ outage: OutageFact) {
        guard outage.to > self.facts.span.lowerBound, outage.from < self.facts.span.upperBound else { return }
        self.facts.outages.append(outage)
    }

    private mutating func add(_ gap: GapFact) {
        guard gap.to > gap.from, gap.to > self.facts.span.lowerBound, gap.from < self.facts.span.upperBound else {
            return
        }
        self.facts.gaps.append(gap)
    }
}
