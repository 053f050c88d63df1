import Foundation
import Model
import PlayerAPI
import Testing

struct SchemaTests {
    private static func json(_ bytes: [UInt8]) throws -> Any { try JSONSerialization.jsonObject(with: Data(bytes)) }

    private static func schema(_ name: String) throws -> [String: Any] {
        let file = try #require(AnswerSchemas.files().first { $0.name == "\(name).json" })
        return try #require(Self.json(Array(file.text.utf8)) as? [String: Any])
    }

    private static let tables: [(String, [UInt8])] = {
        var short = ListingsAnswer.example
        short.isTable = false
        var many = ListingsAnswer.example
        many.isByChannel = true
        var shortMany = many
        shortMany.isTable = false
        return [
            ("short-epg", AnswerWriter.document(short)), ("short-epg-multi", AnswerWriter.document(shortMany)),
            ("simple-data-table", AnswerWriter.document(ListingsAnswer.example)),
            ("simple-data-table-multi", AnswerWriter.document(many)),
        ]
    }()

    @Test func `every answer fits its schema`() throws {
        var endless = AccountAnswer.example
        endless.user.expires = nil
        let answers: [(String, [UInt8])] =
            Self.tables + [
                ("account", AnswerWriter.document(AccountAnswer.example)), ("account", AnswerWriter.document(endless)),
                ("denied", AnswerWriter.document(DeniedAnswer())),
                ("panel", AnswerWriter.document(PanelAnswer.example)),
                ("live-categories", AnswerWriter.document([CategoryAnswer.example])),
                ("live-streams", AnswerWriter.document([LiveStreamAnswer.example])),
                ("vod-and-series", Array("[]".utf8)), ("vod-info", AnswerWriter.document(NoFilmAnswer())),
                ("series-info", AnswerWriter.document(NoSeriesAnswer())),
                ("epg", AnswerWriter.document([NewListingAnswer.example])),
                ("epg-multi", AnswerWriter.document(byNumber: [(101, [NewListingAnswer.example])])),
            ]
        #expect(Set(answers.map(\.0)) == Set(AnswerSchemas.files().map { String($0.name.dropLast(5)) }))
        for (name, bytes) in answers {
            let complaints = SchemaCheck.complaints(try Self.json(bytes), try Self.schema(name), at: name)
            #expect(complaints.isEmpty, "\(complaints)")
        }
    }

    @Test func `an answer of a wrong type doesn't fit`() throws {
        let wrong = Array(#"[{"category_id":7,"category_name":"News","parent_id":"0"}]"#.utf8)
        let complaints = SchemaCheck.complaints(try Self.json(wrong), try Self.schema("live-categories"), at: "")
        #expect(complaints.count == 2)
        let missing = SchemaCheck.complaints(try Self.json(Array("[{}]".utf8)), try Self.schema("live-streams"), at: "")
        #expect(missing.count == 14)
    }
}

/// As much of JSON Schema as the exported schemas use.
enum SchemaCheck {
    static func complaints(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
        let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
        guard types.contains(where: { Self.isOf($0, value) }) else { return ["\(place): not \(types): \(value)"] }
        var complaints: [String] = []
        if let words = schema["enum"] as? [NSObject], !words.contains(where: { $0.isEqual(value) }) {
            complaints.append("\(place): \(value) is none of \(words)")
        }
        if let pattern = schema["pattern"] as? String, let text = value as? String,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            complaints.append("\(place): \(text) is not \(pattern)")
        }
        if let values = value as? [Any] {
            if let max = schema["maxItems"] as? Int, values.count > max { complaints.append("\(place): too many") }
            if let items = schema["items"] as? [String: Any] {
                for (index, item) in values.enumerated() {
                    complaints += Self.complaints(item, items, at: "\(place)[\(index)]")
                }
            }
        }
        if let members = value as? [String: Any] { complaints += Self.complaints(members, schema, in: place) }
        return complaints
    }

    private static func complaints(_ members: [String: Any], _ schema: [String: Any], in place: String) -> [String] {
        var complaints: [String] = []
        for name in schema["required"] as? [String] ?? [] where members[name] == nil {
            complaints.append("\(place): \(name) is missing")
        }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        let patterns = schema["patternProperties"] as? [String: [String: Any]] ?? [:]
        for (name, member) in members {
            let byPattern = patterns.first { name.range(of: $0.key, options: .regularExpression) != nil }?.value
            if let known = properties[name] ?? byPattern {
                complaints += Self.complaints(member, known, at: "\(place).\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                complaints.append("\(place): \(name) is not known")
            }
        }
        return complaints
    }

    private static func isOf(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "string": value is String
        case "null": value is NSNull
        case "array": value is [Any]
        case "object": value is [String: Any]
        case "boolean": value is Bool
        case "integer": value is Int && !(value is String)
        default: false
        }
    }
}
