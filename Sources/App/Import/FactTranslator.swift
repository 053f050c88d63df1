import Events
import Model

/// Turns what another system tells into events of ours, at their own times.
///
/// Pure but for the numbers and hashes that `clients` gives. What the output showed is derived as the reports define it: a
/// channel is dark from its source's failure until that is well again or was left for another; what of that a patch covers
/// was hidden, the rest was a frozen picture.
struct FactTranslator {
    private struct Open {
        var number: ConnectionID
        var credential: CredentialID
        var customer: CustomerID
        var channel: ChannelID
        var stream: String
        var at: Int64
    }

    private struct Dark {
        var supplier: String
        /// From when on viewers see it; `nil` while a patch covers it.
        var visibleFrom: Int64?
    }

    private struct Picture {
        var dark: Dark?
        var patchFrom: Int64?
        /// Since when each of its suppliers is away.
        var away: [String: Int64] = [:]
        var viewers: Int64 = 0
    }

    private let catalogue: ImportedCatalogue
    private var clients: ClientRegistry
    private var open: [String: Open] = [:]
    /// Connections that are open, by credential, in the order of their opening.
    private var slots: [CredentialID: [ConnectionID]] = [:]
    private var pictures: [String: Picture] = [:]
    private var nextConnection: Int64 = 1
    private var epoch: Int64 = 1
    private var lastAt: Int64 = .min

    init(catalogue: ImportedCatalogue, clients: ClientRegistry) {
        self.catalogue = catalogue
        self.clients = clients
    }

    /// The events a fact makes, all at its own time.
    mutating func translate(_ fact: ImportedFact) throws -> [Event] {
        guard fact.at >= self.lastAt else { throw HistoryRowError.earlier(than: self.lastAt) }
        let events = try self.events(of: fact)
        self.lastAt = fact.at
        return events
    }

    private mutating func events(of fact: ImportedFact) throws -> [Event] {
        switch fact.kind {
        case .opened: try self.opened(fact)
        case .closed: try self.closed(fact)
        case .rejected: try self.rejected(fact)
        case .down: try self.down(fact)
        case .up: try self.up(fact)
        case .patchBegan: try self.patchBegan(fact)
        case .patchEnded: try self.patchEnded(fact)
        case .failover: try self.failover(fact)
        case .restart: self.restarted()
        case .event: try self.scheduled(fact)
        }
    }

    private func stream(_ fact: ImportedFact) throws(HistoryRowError) -> ImportedCatalogue.Stream {
        guard let stream = self.catalogue.streams[fact.stream] else { throw .unknown("stream", fact.stream) }
        return stream
    }

    private func source(
        _ supplier: String,
        _ stream: ImportedCatalogue.Stream
    ) throws(HistoryRowError) -> (supplier: SupplierID, number: SourceID) {
        guard let source = stream.sources.first(where: { $0.supplier.rawValue == supplier }) else {
            throw .unknown("supplier of \(stream.name)", supplier)
        }
        return source
    }

    private func line(_ fact: ImportedFact) throws(HistoryRowError) -> ImportedCatalogue.Line {
        guard let line = self.catalogue.lines[fact.credential] else { throw .unknown("credential", fact.credential) }
        return line
    }
}

/// Viewers.
extension FactTranslator {
    private mutating func opened(_ fact: ImportedFact) throws -> [Event] {
        let (line, stream) = (try self.line(fact), try self.stream(fact))
        guard self.open[fact.connection] == nil else { throw HistoryRowError.again("conn", fact.connection) }
        guard let address = fact.address else { throw HistoryRowError.missing("ip") }
        let client = try self.clients.resolve(fact, address, of: line.customer)
        let number = ConnectionID(self.nextConnection)
        self.nextConnection += 1
        self.open[fact.connection] = Open(
            number: number,
            credential: line.number,
            customer: line.customer,
            channel: stream.number,
            stream: stream.name,
            at: fact.at
        )
        self.slots[line.number, default: []].append(number)
        self.pictures[fact.stream, default: Picture()].viewers += 1
        let opened = ConnectionOpened(
            connection: number,
            credential: line.number,
            customer: line.customer,
            channel: stream.number,
            client: client.number,
            output: .hls,
            network: client.network,
            country: fact.country,
            asn: fact.asn,
            session: "imported-\(number)",
            deviceClass: client.kind.rawValue
        )
        return [client.event, .connectionOpened(opened)].compactMap(\.self)
    }

    private mutating func closed(_ fact: ImportedFact) throws -> [Event] {
        guard let open = self.open.removeValue(forKey: fact.connection) else {
            throw HistoryRowError.unknown("open conn", fact.connection)
        }
        self.slots[open.credential]?.removeAll { $0 == open.number }
        self.pictures[open.stream]?.viewers -= 1
        let closed = ConnectionClosed(
            connection: open.number,
            credential: open.credential,
            customer: open.customer,
            channel: open.channel,
            reason: fact.reason == "timeout" ? "idle" : "left",
            bytes: ByteCount(0),
            watched: Milliseconds(fact.at - open.at),
            patched: Milliseconds(0),
            stalls: 0
        )
        return [.connectionClosed(closed)]
    }

    private mutating func rejected(_ fact: ImportedFact) throws -> [Event] {
        let (line, stream) = (try self.line(fact), try self.stream(fact))
        guard let address = fact.address else { throw HistoryRowError.missing("ip") }
        let client = try self.clients.resolve(fact, address, of: line.customer)
        let isLimit = fact.reason != "stream_unavailable"
        let rejected = LimitRejected(
            credential: line.number,
            customer: line.customer,
            channel: stream.number,
            client: client.number,
            output: .hls,
            rule: isLimit ? "max-connections" : "stream-unavailable",
            limit: isLimit ? line.maxConnections : 0,
            holders: isLimit ? self.slots[line.number] ?? [] : []
        )
        return [client.event, .limitRejected(rejected)].compactMap(\.self)
    }

    /// A restart ends what is open; as the service itself tells it.
    private mutating func restarted() -> [Event] {
        self.open.removeAll()
        self.slots.removeAll()
        for name in self.pictures.keys { self.pictures[name]?.viewers = 0 }
        self.epoch += 1
        return [
            .nodeStopped(NodeStopped(why: "restart")),
            .nodeStarted(NodeStarted(version: Self.version, epoch: self.epoch)),
        ]
    }

    /// Stands for the program's version in histories of others.
    static let version = "imported"

    private func scheduled(_ fact: ImportedFact) throws -> [Event] {
        let scheduled = EventScheduled(
            channel: try self.stream(fact).number,
            title: fact.title,
            from: WallTime(microseconds: fact.at * 1_000),
            to: WallTime(microseconds: fact.until * 1_000)
        )
        return [.eventScheduled(scheduled)]
    }
}

/// Sources and pictures.
extension FactTranslator {
    private mutating func down(_ fact: ImportedFact) throws -> [Event] {
        let stream = try self.stream(fact)
        let source = try self.source(fact.supplier, stream)
        var picture = self.pictures[fact.stream] ?? Picture()
        guard picture.away[fact.supplier] == nil else { throw HistoryRowError.again("ingest.down of", fact.supplier) }
        picture.away[fact.supplier] = fact.at
        if picture.dark == nil { picture.dark = Dark(supplier: fact.supplier, visibleFrom: fact.at) }
        self.pictures[fact.stream] = picture
        let down = IngestDown(
            channel: stream.number,
            source: source.number,
            supplier: source.supplier,
            cause: "down",
            bytes: ByteCount(0),
            retryIn: Milliseconds(0)
        )
        return [.ingestDown(down)]
    }

    private mutating func up(_ fact: ImportedFact) throws -> [Event] {
        let stream = try self.stream(fact)
        let source = try self.source(fact.supplier, stream)
        var picture = self.pictures[fact.stream] ?? Picture()
        guard let since = picture.away.removeValue(forKey: fact.supplier) else {
            throw HistoryRowError.unknown("ingest.down of", fact.supplier)
        }
        let seen = self.lightened(&picture, of: fact.supplier, at: fact.at, stream)
        self.pictures[fact.stream] = picture
        let recovered = IngestRecovered(
            channel: stream.number,
            source: source.number,
            supplier: source.supplier,
            down: Milliseconds(fact.at - since)
        )
        return seen + [.ingestRecovered(recovered)]
    }

    private mutating func failover(_ fact: ImportedFact) throws -> [Event] {
        let stream = try self.stream(fact)
        let (from, to) = (try self.source(fact.supplier, stream), try self.source(fact.toSupplier, stream))
        var picture = self.pictures[fact.stream] ?? Picture()
        let isFailure = picture.dark?.supplier == fact.supplier
        let since = isFailure ? picture.away[fact.supplier] ?? fact.at : fact.at
        let seen = self.lightened(&picture, of: fact.supplier, at: fact.at, stream)
        self.pictures[fact.stream] = picture
        let switched = FailoverSwitch(
            channel: stream.number,
            from: from.number,
            to: to.number,
            why: isFailure ? "down" : "better",
            gap: Milliseconds(fact.at - since)
        )
        return seen + [.failoverSwitch(switched)]
    }

    /// Ends the darkness that a supplier caused; answers what of it was seen last.
    private func lightened(
        _ picture: inout Picture,
        of supplier: String,
        at: Int64,
        _ stream: ImportedCatalogue.Stream
    ) -> [Event] {
        guard let dark = picture.dark, dark.supplier == supplier else { return [] }
        picture.dark = nil
        return self.seen(dark, until: at, viewers: picture.viewers, stream)
    }

    private mutating func patchBegan(_ fact: ImportedFact) throws -> [Event] {
        let stream = try self.stream(fact)
        var picture = self.pictures[fact.stream] ?? Picture()
        guard picture.patchFrom == nil else { throw HistoryRowError.again("patch.start of", fact.stream) }
        picture.patchFrom = fact.at
        var events: [Event] = []
        if let dark = picture.dark {
            events = self.seen(dark, until: fact.at, viewers: picture.viewers, stream)
            picture.dark?.visibleFrom = nil
        }
        self.pictures[fact.stream] = picture
        return events
    }

    private mutating func patchEnded(_ fact: ImportedFact) throws -> [Event] {
        let stream = try self.stream(fact)
        let source = try self.source(fact.supplier, stream)
        var picture = self.pictures[fact.stream] ?? Picture()
        guard let from = picture.patchFrom else { throw HistoryRowError.unknown("patch.start of", fact.stream) }
        picture.patchFrom = nil
        if picture.dark != nil { picture.dark?.visibleFrom = fact.at }
        self.pictures[fact.stream] = picture
        let patch = FreezePatch(
            channel: stream.number,
            method: "imported",
            source: source.number,
            length: Milliseconds(fact.at - from),
            visibility: .hidden,
            viewers: picture.viewers,
            bytes: ByteCount(0)
        )
        return [.freezePatch(patch)]
    }

    /// A piece of darkness that viewers saw, as the output of ours would tell it.
    private func seen(
        _ dark: Dark,
        until: Int64,
        viewers: Int64,
        _ stream: ImportedCatalogue.Stream
    ) -> [Event] {
        guard let from = dark.visibleFrom, until > from,
            let source = stream.sources.first(where: { $0.supplier.rawValue == dark.supplier })
        else { return [] }
        let patch = FreezePatch(
            channel: stream.number,
            method: Self.frozen,
            source: source.number,
            length: Milliseconds(until - from),
            visibility: .visible,
            viewers: viewers,
            bytes: ByteCount(0)
        )
        return [.freezePatch(patch)]
    }

    /// The method of a gap that nothing filled: the picture stood.
    static let frozen = "frozen"
}
