import Foundation
import Model
import Reports

/// Makes one report of one week and sends it; blocks its thread.
struct ReportSender {
    let directory: DataDirectory
    let clock: LocalClock

    /// - Throws: ``ReportError``, ``CurlPostError``, ``ReportSenderError``
    func send(
        _ kind: ReportTool.Kind,
        _ week: ReportWeek,
        by delivery: ReportDelivery,
        attempt: Int64,
        now: WallTime
    ) throws {
        var query = ReportQuery(now: now)
        query.week = week.name
        // A mail has the page's sentences whatever the form of its file.
        query.isDrawn = true
        let report = try ReportTool(self.directory, clock: self.clock).report(kind, query)
        let bytes = report.bytes(delivery.format)
        let fileName = "\(kind.rawValue)-\(week.name).\(delivery.format.fileExtension)"
        switch delivery.way {
        case .directory(let path):
            do { try SmallFile.write(bytes, to: "\(path)/\(fileName)") } catch { throw ReportSenderError.notWritten }
        case .mail(let account):
            let message = MailMessage(
                from: account.from,
                to: account.to,
                subject: "\(report.drawing?.title ?? kind.rawValue), \(week.name)",
                id: "\(kind.rawValue).\(week.name).\(delivery.name).\(attempt).\(now.seconds)",
                date: now,
                text: Self.text(report),
                fileName: fileName,
                contentType: delivery.format.contentType,
                file: bytes
            )
            try CurlPost.mail(message, through: account, password: try account.passwordFile.map(Self.secret))
        case .webhook(let hook):
            try CurlPost.post(
                bytes,
                to: hook.url,
                contentType: delivery.format.contentType,
                headers: ["Baton-Report: \(kind.rawValue)", "Baton-Week: \(week.name)"],
                token: try hook.tokenFile.map(Self.secret)
            )
        }
    }

    /// The page's sentences, and what is to be known of them.
    private static func text(_ report: Report) -> String {
        let lead = report.drawing?.lead ?? []
        return (lead + [""] + report.notes).joined(separator: "\r\n") + "\r\n"
    }

    /// The first line of a file.
    private static func secret(_ path: String) throws(ReportSenderError) -> String {
        guard let bytes = SmallFile.read(path),
            let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
        else { throw .noSecret }
        return String(line)
    }
}

extension ReportFormat {
    /// Of files.
    var fileExtension: String {
        switch self {
        case .table: "txt"
        case .csv, .json, .html: self.rawValue
        }
    }

    /// For mail and the web.
    var contentType: String {
        switch self {
        case .table: "text/plain; charset=utf-8"
        case .csv: "text/csv; charset=utf-8"
        case .json: "application/json"
        case .html: "text/html; charset=utf-8"
        }
    }
}

/// Why a report was not sent; names no path.
enum ReportSenderError: Error, Hashable, CustomStringConvertible {
    case notWritten
    case noSecret

    var description: String {
        switch self {
        case .notWritten: "the directory can't be written"
        case .noSecret: "the file with the password or token can't be read"
        }
    }
}
