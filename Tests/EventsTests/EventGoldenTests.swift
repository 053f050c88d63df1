import Events
import Foundation
import Model
import Testing

/// The committed lines of the first edition: every program of the future must read them.
struct EventGoldenTests {
    static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/events-v1.jsonl")

    @Test func `the lines of the first edition are written as they were and can be read`() throws {
        let lines = Event.Kind.allCases.map { EnvelopeTests.envelope($0).line }
        let written = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try written.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(written == golden)
        for line in golden.split(separator: "\n") {
            #expect(try Envelope(parsing: line.utf8).line == line)
        }
    }

    @Test func `every kind has a schema that its example obeys`() throws {
        for kind in Event.Kind.allCases {
            let schema = EventSchema(of: kind)
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(schema.json.utf8)) as? [String: Any]
            )
            let properties = try #require(document["properties"] as? [String: [String: Any]])
            let required = try #require(document["required"] as? [String])
            let example = try #require(
                try JSONSerialization.jsonObject(with: Data(schema.example.utf8)) as? [String: Any]
            )
            #expect(Set(example.keys) == Set(properties.keys), "\(kind)")
            #expect(Set(required).isSubset(of: properties.keys), "\(kind)")
            #expect(example["type"] as? String == kind.rawValue)
        }
    }

    @Test func `every kind says what it is about`() {
        for kind in Event.Kind.allCases {
            let envelope = EnvelopeTests.envelope(kind)
            #expect(envelope.line.contains("\"of\":\"\(envelope.of)\""), "\(kind)")
            #expect(envelope.of.description.contains("/"), "\(kind)")
        }
    }
}
