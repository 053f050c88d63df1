import Accounts
import Foundation
import Ledger
import Model
import Testing
import Vault

@testable import App

struct CustomerExportTests {
    private func exported(_ office: PrivacyOffice, _ id: String) async throws -> String {
        try #require(try await office.ask(.privacy(.export(customer: id))).text)
    }

    @Test func `one document has everything of one person and nothing of others`() async throws {
        let office = try PrivacyOffice()
        try await office.populate()
        try await office.watch()
        let text = try await self.exported(office, "c-ada")
        for canary in PrivacyOffice.canaries { #expect(text.contains(canary), "\(canary)") }
        let others = ["c-ben", "Name of ben", "203.0.113.9", "TV of Cleo", "wordCnry", "\"h1.", "\"v1."]
        for other in others { #expect(!text.contains(other), "\(other)") }
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let counts = document.compactMapValues { ($0 as? [Any])?.count }
        #expect(counts["credentials"] == 2 && counts["clients"] == 3 && counts["refunds"] == 1)
        #expect(counts["connections"] == 2 || counts["connections"] == 3)
        // It is told that it was made.
        let last = try DirectoryBytes(office.directory).parts.last.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(last?.contains("\"type\":\"report.exported\"") == true)
    }

    @Test func `what has aged is left out, and of an erased customer there is nothing`() async throws {
        let office = try PrivacyOffice()
        try await office.populate()
        try await office.watch()
        let due = try #require(WallTime("2026-12-07T00:00:00Z"))
        _ = try await Ageing(ledger: office.ledger, vault: office.vault).run(now: due)
        let text = try await self.exported(office, "c-ada")
        #expect(text.contains("AdaCnryName") && !text.contains("SmartTVCnry") && text.contains("\"clients\": [{"))
        _ = try await office.ask(.privacy(.erase(customer: "c-ada")))
        await #expect(throws: PrivacyOffice.Refused.self) { try await self.exported(office, "c-ada") }
    }

    @Test func `the schema has the document's fields, each with a word about it`() async throws {
        let office = try PrivacyOffice()
        try await office.populate()
        try await office.watch()
        let schema = try Self.object(CustomerExport.schemaFile.text)
        let document = try Self.object(try await self.exported(office, "c-ada"))
        #expect(Self.problems(document, schema, at: "document") == [])
        var wrong = document
        wrong["customer"] = nil
        wrong["more"] = 1
        #expect(Self.problems(wrong, schema, at: "document").count == 2)
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// Where a document isn't as the schema says, as far as ours says anything.
    private static func problems(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
        switch schema["type"] as? String {
        case "object":
            guard let object = value as? [String: Any], let fields = schema["properties"] as? [String: [String: Any]],
                let required = schema["required"] as? [String]
            else { return ["\(path): no object"] }
            let missing = required.filter { object[$0] == nil }.map { "\(path): no \($0)" }
            return missing
                + object.sorted { $0.key < $1.key }.flatMap { name, value in
                    guard let field = fields[name], field["description"] is String else { return ["\(path): \(name)?"] }
                    return self.problems(value, field, at: "\(path).\(name)")
                }
        case "array":
            guard let items = value as? [Any], let schema = schema["items"] as? [String: Any] else {
                return ["\(path): no array"]
            }
            return items.enumerated().flatMap { self.problems($1, schema, at: "\(path)[\($0)]") }
        case "string":
            guard let text = value as? String else { return ["\(path): no string"] }
            return schema["format"] == nil || WallTime(text) != nil ? [] : ["\(path): no time"]
        case "integer", "boolean": return value is NSNumber ? [] : ["\(path): no number"]
        default: return ["\(path): no type"]
        }
    }
}
