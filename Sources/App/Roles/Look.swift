import Glibc
import Model
package import Reports

/// What is looked up in a data directory without changing it: replays, reports, explanations and the log.
///
/// Times stay as they were typed: they are read in the operator's time zone, which the data directory knows.
package enum Look: Codable, Sendable {
    case replay(Replay)
    /// The state at a moment.
    case state(who: String, at: String, format: TableFormat, zone: String?)
    case explain(event: String, json: Bool, zone: String?)
    case report(ReportLook)
    case log(LogLook)

    /// One customer, and when.
    package struct Replay: Codable, Sendable {
        package var who: String
        package var from: String?
        package var to: String?
        package var around: String?
        package var form: ReplayTool.Form
        package var fromLog: Bool
        package var zone: String?

        package init(
            who: String,
            from: String?,
            to: String?,
            around: String?,
            form: ReplayTool.Form,
            fromLog: Bool,
            zone: String?
        ) {
            self.who = who
            self.from = from
            self.to = to
            self.around = around
            self.form = form
            self.fromLog = fromLog
            self.zone = zone
        }
    }

    /// The answer as text, complete; reports and texts of the role support go through ``DiscreetText``.
    ///
    /// Blocks its thread.
    package func text(in directory: DataDirectory, as role: Role) throws -> String {
        let text = try self.text(in: directory)
        return role == .support ? DiscreetText.of(text) : text
    }

    private func text(in directory: DataDirectory) throws -> String {
        switch self {
        case .replay(let asked):
            let clock = try OperatorClock.choose(named: asked.zone, in: directory)
            let window = try ReplayWindow.said(
                from: asked.from,
                to: asked.to,
                around: asked.around,
                now: OperatorClock.now,
                clock: clock
            )
            let tool = ReplayTool(directory, clock: clock)
            return try tool.text(asked.who, window: window, form: asked.form, fromLog: asked.fromLog)
        case .state(let who, let said, let format, let zone):
            let clock = try OperatorClock.choose(named: zone, in: directory)
            guard let moment = clock.moment(said: said, now: OperatorClock.now) else {
                throw ReplayWindowError.notATime(said)
            }
            return try StateTool(directory, clock: clock).text(who, at: moment, form: format)
        case .explain(let event, let json, let zone):
            let clock = try OperatorClock.choose(named: zone, in: directory)
            return try ExplainTool(directory, clock: clock).text(event, json: json)
        case .report(let asked): return try asked.report(in: directory).text
        case .log(let asked): return try asked.text(in: directory)
        }
    }
}

/// A report that is asked for, and in which form.
package struct ReportLook: Codable, Sendable {
    package var kind: ReportTool.Kind
    package var week: String?
    package var weeks: Int
    package var customer: String?
    package var supplier: String?
    package var top: Int?
    package var isReproducible: Bool
    package var format: ReportFormat
    package var zone: String?
    /// Whether it is put into a file, which is recorded.
    package var isExport: Bool

    package init(_ kind: ReportTool.Kind, _ query: ReportQuery, format: ReportFormat, zone: String?, isExport: Bool) {
        self.kind = kind
        self.week = query.week
        self.weeks = query.weeks
        self.customer = query.customer
        self.supplier = query.supplier
        self.top = query.top
        self.isReproducible = query.isReproducible
        self.format = format
        self.zone = zone
        self.isExport = isExport
    }

    /// The report in its form, and the weeks it is of.
    func report(in directory: DataDirectory) throws -> (text: String, span: String) {
        var query = ReportQuery(now: OperatorClock.now)
        query.week = self.week
        query.weeks = min(max(self.weeks, 1), ReportQuery.weeksMax)
        query.customer = self.customer
        query.supplier = self.supplier
        query.top = self.top.map { max($0, 1) }
        query.isReproducible = self.isReproducible
        query.isDrawn = self.format == .html
        let clock = try OperatorClock.choose(named: self.zone, in: directory)
        let report = try ReportTool(directory, clock: clock).report(self.kind, query)
        return (String(decoding: report.bytes(self.format), as: UTF8.self), ReportTool.span(report))
    }
}

/// Lines of the log that are asked for.
package struct LogLook: Codable, Sendable {
    /// Bytes of lines that one answer holds; what is beyond is asked for with later times.
    static let sizeMax = 16 << 20

    package var types: [String]
    package var of: String?
    package var from: String?
    package var to: String?
    package var words: Bool

    package init(types: [String], of: String?, from: String?, to: String?, words: Bool) {
        self.types = types
        self.of = of
        self.from = from
        self.to = to
        self.words = words
    }

    /// - Throws: ``LogFilterError``
    package var filter: LogFilter {
        get throws(LogFilterError) { try LogFilter(types: self.types, of: self.of, from: self.from, to: self.to) }
    }

    func text(in directory: DataDirectory) throws -> String {
        var text = ""
        try LogTool(directory).forEachLine(self.filter, words: self.words) { line in
            text += line
            text += "\n"
            guard text.utf8.count <= Self.sizeMax else { throw LogLookError.tooMuch }
        }
        return text
    }
}

/// Why lines of the log can't be told in one answer.
enum LogLookError: Error, Hashable, CustomStringConvertible {
    case tooMuch

    var description: String {
        switch self {
        case .tooMuch:
            "that is more than \(LogLook.sizeMax >> 20) MiB of lines; ask for fewer with --type, --of, --from and --to"
        }
    }
}
