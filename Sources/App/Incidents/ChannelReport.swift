import Foundation
import Model

/// One channel now, and what happened to it last: the answer to `baton channel show`.
package struct ChannelReport: Codable, Sendable {
    struct Incident: Codable, Sendable {
        var seq: Int64
        var atMicroseconds: Int64
        var what: String
    }

    /// One row.
    var now: Table
    /// Oldest first.
    var incidents: [Incident]
    /// The zone in which times are read (IANA name); that of the process when nothing is set.
    var timezone: String?

    /// Incidents that are told.
    static let incidentsMax = 10

    /// As text that ends with a newline.
    package func text(_ format: TableFormat) -> String {
        switch format {
        case .table: self.page
        case .csv: self.now.text(.csv) + "\n" + self.incidentTable.text(.csv)
        case .json:
            "{\"channel\": \(Self.first(self.now)), \"incidents\": \(self.incidentTable.text(.json).dropLast())}\n"
        }
    }

    private static func first(_ table: Table) -> String {
        let cells = zip(table.columns, table.rows.first ?? [])
        return "{" + cells.map { "\"\($0)\": \($1.json)" }.joined(separator: ", ") + "}"
    }

    private var incidentTable: Table {
        Table(
            columns: ["seq", "at", "what"],
            rows: self.incidents.map {
                [.number($0.seq), .text(WallTime(microseconds: $0.atMicroseconds).description), .text($0.what)]
            }
        )
    }

    private var page: String {
        let width = self.now.columns.map(\.count).max() ?? 0
        let facts = zip(self.now.columns, self.now.rows.first ?? []).map { name, cell in
            name + String(repeating: " ", count: width - name.count + 2) + (cell.plain.isEmpty ? "-" : cell.plain)
        }
        let clock = self.clock
        let lines = self.incidents.map { "\(clock.text(WallTime(microseconds: $0.atMicroseconds)))  \($0.what)" }
        let title = "last incidents (\(clock.name)):"
        return (facts + ["", lines.isEmpty ? "no incidents" : title] + lines).joined(separator: "\n") + "\n"
    }

    private var clock: ZoneClock { ZoneClock(self.timezone.flatMap(TimeZone.init(identifier:)) ?? .current) }
}

/// Times of day in a zone.
struct ZoneClock: Sendable {
    private let zone: TimeZone

    init(_ zone: TimeZone) {
        self.zone = zone
    }

    /// That zone, or the process's where none is named.
    init(named name: String?) {
        self.init(name.flatMap(TimeZone.init(identifier:)) ?? .current)
    }

    var name: String { self.zone.identifier }

    /// Such as `2026-11-23 20:31:40`.
    func text(_ time: WallTime) -> String {
        let local = WallTime(seconds: time.seconds + self.offset(at: time)).description
        return String(local.prefix(19)).replacing("T", with: " ")
    }

    /// Seconds east of UTC.
    func offset(at time: WallTime) -> Int64 {
        Int64(self.zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.seconds))))
    }

    /// Such as `20:31:40`.
    func timeOfDay(_ time: WallTime) -> String { String(self.text(time).suffix(8)) }
}
