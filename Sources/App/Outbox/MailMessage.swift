import Foundation
import Model

/// A mail with a few sentences and one file.
///
/// Source: RFC 5322 (header fields), RFC 2045 and 2046 (MIME, multipart/mixed), RFC 2183 (attachments).
struct MailMessage {
    var from: String
    var to: [String]
    var subject: String
    /// Unique for this mail; letters, digits, `-` and `.`.
    var id: String
    var date: WallTime
    /// For people who do not open the file.
    var text: String
    var fileName: String
    var contentType: String
    var file: [UInt8]

    /// Both bodies are base64, in which this can't occur.
    private static let boundary = "=_baton_part"

    /// As it goes over the wire, lines ending in CR LF, none longer than 76 octets but for addresses.
    var bytes: [UInt8] {
        let lines =
            [
                "From: <\(self.from)>", "To: " + self.to.map { "<\($0)>" }.joined(separator: ",\r\n "),
                "Subject: \(Self.encoded(self.subject))", "Date: \(Self.date(self.date))",
                "Message-ID: <\(self.id)@\(self.from.split(separator: "@").last ?? "baton")>",
                "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
                "Content-Type: multipart/mixed; boundary=\"\(Self.boundary)\"", "", "--\(Self.boundary)",
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
                Self.base64(Array(self.text.utf8)), "--\(Self.boundary)", "Content-Type: \(self.contentType)",
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment; filename=\"\(self.fileName)\"", "", Self.base64(self.file),
                "--\(Self.boundary)--", "",
            ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
    }

    /// A header field that is not plain is one encoded word.
    ///
    /// Source: RFC 2047, 2.
    private static func encoded(_ text: String) -> String {
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return "=?utf-8?B?\(Data(text.utf8).base64EncodedString())?="
        }
        return text
    }

    /// `Mon, 26 Oct 2026 06:00:00 +0000`.
    static func date(_ time: WallTime) -> String {
        let clock = LocalClockText(time)
        return "\(clock.weekday), \(clock.day) \(clock.month) \(clock.year) \(clock.timeOfDay) +0000"
    }
}

/// A moment in Greenwich, in the words of a mail's head.
private struct LocalClockText {
    let weekday: String
    let day: Int64
    let month: String
    let year: Int64
    let timeOfDay: String

    init(_ time: WallTime) {
        let days = time.seconds.quotientAndRemainder(dividingBy: 86_400).quotient
        let date = CivilDate(daysSinceEpoch: days)
        // 1970-01-01 was a Thursday.
        self.weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(max(0, days) % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        self.month = months[Int(max(0, date.month - 1)) % 12]
        self.day = Int64(date.day)
        self.year = date.year
        self.timeOfDay = String(time.description.dropFirst(11).prefix(8))
    }
}
