import Events

/// A row of one of the history's files: its fields by the columns' names.
struct HistoryRow {
    private let places: [String: Int]
    private let fields: [String]

    init(_ places: [String: Int], _ fields: [String]) {
        self.places = places
        self.fields = fields
    }

    /// A field; empty where the row or the file has none.
    subscript(_ name: String) -> String {
        guard let place = self.places[name], place < self.fields.count else { return "" }
        return self.fields[place]
    }

    /// A field that must be there.
    func text(_ name: String) throws(HistoryRowError) -> String {
        let text = self[name]
        guard !text.isEmpty else { throw .missing(name) }
        guard text.utf8.count <= Self.sizeMax else { throw .malformed(name, text) }
        return text
    }

    /// A whole number that must be there.
    func integer(_ name: String) throws(HistoryRowError) -> Int64 {
        let text = try self.text(name)
        guard let number = Int64(text) else { throw .malformed(name, text) }
        return number
    }

    /// Bytes of the longest field that is taken: a name has 64, a user agent some hundred.
    static let sizeMax = 4_096
}

/// Why a row is left out.
enum HistoryRowError: Error, Hashable, CustomStringConvertible {
    case missing(String)
    case malformed(String, String)
    case notCSV
    case notJSON
    case unknown(String, String)
    case again(String, String)
    case earlier(than: Int64)

    var description: String {
        switch self {
        case .missing(let field): "\(field) is missing"
        case .malformed(let field, let found): "\(field) is malformed: found `\(found.prefix(40))`"
        case .notCSV: "it is no line of CSV"
        case .notJSON: "it is no JSON object"
        case .unknown(let field, let found): "there is no \(field) `\(found.prefix(40))`"
        case .again(let field, let found): "\(field) `\(found.prefix(40))` is there already"
        case .earlier(let last): "it is earlier than the row before it (\(last)); rows go by time"
        }
    }
}

/// Takes a line of CSV apart.
///
/// Source: RFC 4180; a field does not go over lines.
enum CSVFields {
    /// The fields of a line without its end; `nil` when a quote is not closed or stands where it may not.
    static func read(_ line: UnsafeBufferPointer<UInt8>) -> [String]? {
        var fields: [String] = []
        var index = 0
        while true {
            if index < line.count, line[index] == UInt8(ascii: "\"") {
                guard let field = Self.quoted(line, &index) else { return nil }
                fields.append(field)
            } else {
                let start = index
                while index < line.count, line[index] != UInt8(ascii: ",") {
                    guard line[index] != UInt8(ascii: "\"") else { return nil }
                    index += 1
                }
                fields.append(String(decoding: UnsafeBufferPointer(rebasing: line[start..<index]), as: UTF8.self))
            }
            guard index < line.count else { return fields }
            guard line[index] == UInt8(ascii: ",") else { return nil }
            index += 1
        }
    }

    private static func quoted(_ line: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> String? {
        var bytes: [UInt8] = []
        index += 1
        while index < line.count {
            if line[index] != UInt8(ascii: "\"") {
                bytes.append(line[index])
                index += 1
            } else if index + 1 < line.count, line[index + 1] == UInt8(ascii: "\"") {
                bytes.append(UInt8(ascii: "\""))
                index += 2
            } else {
                index += 1
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        return nil
    }
}
