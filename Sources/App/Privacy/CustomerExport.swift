import Model

/// Everything that is known of one person, as one JSON document; no password or hash of one is in it.
///
/// Source: Regulation (EU) 2016/679, article 15 (right of access) and article 20 (a structured, machine-readable format).
struct CustomerExport: Sendable {
    /// Rows of each list; beyond it the newest are told, and that there are more.
    static let rowsMax = 100_000
    /// Of the document's form; grows when a field changes its meaning.
    static let version: Int64 = 1

    var exportedAt: WallTime
    var isTruncated = false
    /// The record, a cell a field of ``recordFields``.
    var record: [ExportCell]
    /// As in ``lists``, with what was read.
    var lists = Self.lists

    init(exportedAt: WallTime, record: [ExportCell]) {
        self.exportedAt = exportedAt
        self.record = record
    }

    /// The document, ended by a newline.
    var text: String {
        let head = zip(Self.head, [.integer(Self.version), ExportCell(self.exportedAt), .flag(self.isTruncated)])
            .compactMap { field, cell in cell.json.map { (field.name, $0) } }
        let record = ("customer", ExportedObject.json(Self.recordFields, self.record))
        return ExportedObject.json(head + [record] + self.lists.map { ($0.name, $0.json) }) + "\n"
    }

    /// The file below `schemas/`.
    static let schemaFile = (name: "customer-export.schema.json", text: Self.document)

    private static let head = [
        ExportField("version", .integer, "of this document's form"),
        ExportField("exportedAt", .time, "when it was made"),
        ExportField("truncated", .flag, "whether a list has more than the newest 100000 rows that are told"),
    ]

    private static let document = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "customer-export.schema.json",
          "title": "baton customer export",
          "description": "Everything that is known of one person.",
          \(Self.schema)}

        """

    private static var schema: String {
        let members =
            Self.head.map { ($0.name, $0.about, $0.schema) }
            + [("customer", "the record", ExportedObject.schema(Self.recordFields))]
            + Self.lists.map { ($0.name, $0.about, $0.schema) }
        return ExportedObject.schema(members, required: members.map(\.0))
    }
}
