package import Model

/// A report as values: what all of its forms are written from.
package struct Report: Hashable, Sendable {
    /// `sharing`, `refund-risk` or `stability`.
    package var name: String
    /// Of the definitions; grows when a figure changes its meaning.
    package var version: Int64
    /// The weeks the rows are of, oldest first.
    package var weeks: [ReportWeek]
    package var clock: LocalClock
    /// Whether the last week is not over.
    package var isPartial = false
    /// Whether the last week ended long enough ago that nothing late is expected.
    package var isFinal = true
    /// Up to where events count.
    package var coversUntil: WallTime
    /// Grows by one with each event after the week was final that belongs to it.
    package var revision: Int64 = 0
    /// When it was made; `nil` for a report that is to be the same, byte for byte, when made again.
    package var generatedAt: WallTime?
    /// What it was asked for, in the order of the command line.
    package var options: [Field] = []
    /// Figures of all rows together, before the list was cut.
    package var totals: [Field] = []
    package var columns: [Column]
    package var rows: [[ReportCell]]
    /// Sentences: what was assumed, what is missing.
    package var notes: [String] = []
    /// What a page shows beside its rows; `nil` where none was asked for.
    package var drawing: ReportDrawing?

    /// Hours after a week's end at which late events are no longer expected.
    package static let finalAfterSeconds: Int64 = 6 * 3_600

    package init(
        name: String,
        version: Int64,
        weeks: [ReportWeek],
        clock: LocalClock,
        coversUntil: WallTime,
        columns: [Column],
        rows: [[ReportCell]] = []
    ) {
        self.name = name
        self.version = version
        self.weeks = weeks
        self.clock = clock
        self.coversUntil = coversUntil
        self.columns = columns
        self.rows = rows
    }

    /// A named value.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: ReportCell

        package init(_ name: String, _ value: ReportCell) {
            self.name = name
            self.value = value
        }
    }

    /// One column: its name as in `schemas/`, and how a terminal shows it.
    package struct Column: Hashable, Sendable {
        package var name: String
        /// The heading in a terminal; `nil` for columns that only machines read.
        package var heading: String?

        package init(_ name: String, _ heading: String? = nil) {
            self.name = name
            self.heading = heading
        }
    }
}

/// One value of a report.
package enum ReportCell: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    /// A number shown with so many decimals.
    case number(Double, decimals: Int)
    case flag(Bool)
    /// A moment and the event it is from.
    case moment(WallTime, seq: Int64?)
    /// Why a row is as it is, the largest part first.
    case reasons([Reason])
    case missing

    package init(_ text: String?) { self = text.map(Self.text) ?? .missing }

    package init(_ value: Double?, decimals: Int) {
        self = value.map { .number($0, decimals: decimals) } ?? .missing
    }
}

/// One reason of a row: a sentence, what it adds to the score, and the events that show it.
package struct Reason: Hashable, Sendable {
    package var text: String
    /// Signed; what speaks for the customer is negative.
    ///
    /// `nil` where it is no part of a sum.
    package var points: Double?
    /// Numbers of events, for `baton explain` and the log.
    package var events: [Int64]

    package init(_ text: String, points: Double? = nil, events: [Int64] = []) {
        self.text = text
        self.points = points
        self.events = events
    }

    /// As people read it: `+1.1 refused twice while another home watched (#881201)`.
    package var words: String {
        let sign = self.points.map { ($0 < 0 ? "" : "+") + DecimalText.text($0, decimals: 1) + " " } ?? ""
        let events = self.events.isEmpty ? "" : " (" + self.events.map { "#\($0)" }.joined(separator: ", ") + ")"
        return sign + self.text + events
    }
}
