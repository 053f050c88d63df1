import Accounts
import Events
import GRDB
import Model

/// The starts of some time, by credential, as `history.sqlite` has them.
struct SlotHistory {
    /// By time.
    private(set) var asks: [CredentialID: [SlotAsk]] = [:]

    /// Rules that refused for the limit's sake; what other rules refuse, they refuse under any limit.
    private static let limitRules = [SlotRule.limit, .fight].map { "'\($0.rawValue)'" }.joined(separator: ", ")
    /// Ends that say nothing of how long a viewer would have stayed.
    private static let cutShort: Set<String> = [
        Closing.Reason.evicted.rawValue, Closing.Reason.superseded.rawValue, Closing.Reason.shutdown.rawValue,
        Closing.Reason.nodeRestart.rawValue, Closing.Reason.noSource.rawValue, Closing.Reason.notReady.rawValue,
    ]

    /// Reads what touches `span`; connections that are open end with the last event.
    init(_ database: Database, in span: Range<WallTime>, lastAt: WallTime) throws {
        var devices = Devices()
        var lengths: [Int64] = []
        var pushedOut: [(credential: CredentialID, place: Int)] = []
        let opened = try Row.fetchCursor(
            database,
            sql: """
                SELECT credential, connection.client, agent, device_id, client.network, connection.network, channel, output,
                  opened_at, closed_at, reason
                FROM connection LEFT JOIN client ON client.client = connection.client
                WHERE opened_at < ? AND (closed_at > ? OR closed_at IS NULL)
                """,
            arguments: [span.upperBound.microseconds, span.lowerBound.microseconds]
        )
        while let row = try opened.next() {
            let closed = row[9] as Int64?
            let reason = row[10] as String? ?? ""
            var ask = devices.ask(row, at: row[8], until: closed ?? lastAt.microseconds)
            let length = ask.until.microseconds - ask.at.microseconds
            let credential = CredentialID(row[0])
            if reason == Closing.Reason.superseded.rawValue { ask.was = .takenOver }
            if reason == Closing.Reason.evicted.rawValue {
                ask.was = .evicted(at: ask.until)
                pushedOut.append((credential, self.asks[credential]?.count ?? 0))
            }
            if closed != nil, !Self.cutShort.contains(reason) { lengths.append(length) }
            self.asks[credential, default: []].append(ask)
        }
        let stays = StayLengths(lengths)
        for (credential, place) in pushedOut { self.lengthen(credential, place, by: stays) }
        try self.readRefused(database, in: span, &devices, stays)
        for credential in self.asks.keys { self.asks[credential]?.sort { $0.at < $1.at } }
    }

    private mutating func lengthen(_ credential: CredentialID, _ place: Int, by stays: StayLengths) {
        guard let ask = self.asks[credential]?[place] else { return }
        let further = stays.further(after: ask.until.microseconds - ask.at.microseconds)
        self.asks[credential]?[place].until = WallTime(microseconds: ask.until.microseconds + further)
    }

    private mutating func readRefused(
        _ database: Database,
        in span: Range<WallTime>,
        _ devices: inout Devices,
        _ stays: StayLengths
    ) throws {
        let refused = try Row.fetchCursor(
            database,
            sql: """
                SELECT credential, rejection.client, agent, device_id, client.network, NULL, channel, output, at
                FROM rejection LEFT JOIN client ON client.client = rejection.client
                WHERE at >= ? AND at < ? AND rule IN (\(Self.limitRules))
                """,
            arguments: [span.lowerBound.microseconds, span.upperBound.microseconds]
        )
        while let row = try refused.next() {
            let at = row[8] as Int64
            var ask = devices.ask(row, at: at, until: at + stays.further(after: 0))
            ask.was = .refused
            self.asks[CredentialID(row[0]), default: []].append(ask)
        }
    }
}

/// Devices across weeks: each has another number in each, and the same keys.
private struct Devices {
    private struct Keys: Hashable {
        var credential: Int64
        var device: Int64
        var network: Int64
    }

    private var first: [Keys: Int64] = [:]

    /// Columns: credential, client, agent, device id, network's key, network, channel, output.
    mutating func ask(_ row: Row, at: Int64, until: Int64) -> SlotAsk {
        let (client, agent, id, key) = (row[1] as Int64, row[2] as Int64?, row[3] as Int64?, row[4] as Int64?)
        var number = client
        if let device = id ?? agent, let key {
            let keys = Keys(credential: row[0], device: device, network: key)
            number = self.first[keys] ?? client
            self.first[keys] = number
        }
        return SlotAsk(
            at: WallTime(microseconds: at),
            until: WallTime(microseconds: max(until, at)),
            client: ClientID(number),
            hasDeviceID: id != nil,
            network: key.map { "\($0)" } ?? row[5] as String? ?? "",
            channel: ChannelID(row[6]),
            output: Output(rawValue: row[7]) ?? .hls,
            was: .watched
        )
    }
}
