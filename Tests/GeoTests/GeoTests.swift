import Foundation
import Geo
import Model
import TestSupport
import Testing

/// Where databases of these tests are.
private func file(_ bytes: [UInt8], _ scratch: ScratchDirectory, _ name: String = "test.mmdb") throws -> String {
    let path = "\(scratch.path)/\(name)"
    try Data(bytes).write(to: URL(filePath: path))
    return path
}

private let countries = DatabaseWriter.countries([
    ([192, 0, 2, 0], 24, "DE"), ([198, 51, 100, 0], 24, "FR"),
    ([0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 12), 32, "NL"),
])

private let systems = DatabaseWriter.systems([
    ([192, 0, 2, 0], 25, 64_500), ([192, 0, 2, 128], 25, 64_501),
    ([0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 12), 32, 4_200_000_000),
])

private func address(_ text: String) throws -> NetworkAddress {
    try #require(NetworkAddress(text), "\(text) is no address")
}

struct GeoDatabaseTests {
    @Test(arguments: [
        ("192.0.2.1", "DE", 64_500 as Int64?), ("192.0.2.200", "DE", 64_501), ("198.51.100.7", "FR", nil),
        ("::ffff:192.0.2.1", "DE", 64_500), ("2001:db8::1", "NL", 4_200_000_000), ("203.0.113.1", nil, nil),
        ("::1", nil, nil), ("127.0.0.1", nil, nil), ("255.255.255.255", nil, nil),
    ])
    func `finds country and system of addresses`(_ text: String, _ country: String?, _ asn: Int64?) throws {
        let scratch = try ScratchDirectory()
        let files = GeoTables.Files(
            country: try file(countries, scratch, "c.mmdb"),
            asn: try file(systems, scratch, "a.mmdb")
        )
        let tables = try GeoTables(files)
        #expect(tables.origin(of: try address(text)) == Origin(country: country, asn: asn))
    }

    @Test func `reads the flat entries of other suppliers as well`() throws {
        let scratch = try ScratchDirectory()
        var writer = DatabaseWriter(type: "flat")
        writer.add([192, 0, 2, 0], bits: 24, .map(["country_code": .text("de"), "asn": .text("AS64500")]))
        writer.add([198, 51, 100, 0], bits: 24, .map(["country": .text("FR"), "asn": .number(64_501)]))
        writer.add([203, 0, 113, 0], bits: 24, .map(["country": .text("nowhere"), "asn": .text("ASxyz")]))
        let path = try file(writer.bytes, scratch)
        let tables = try GeoTables(GeoTables.Files(country: path, asn: path))
        #expect(tables.origin(of: try address("192.0.2.1")) == Origin(country: "DE", asn: 64_500))
        #expect(tables.origin(of: try address("198.51.100.1")) == Origin(country: "FR", asn: 64_501))
        #expect(tables.origin(of: try address("203.0.113.1")) == Origin())
    }

    @Test func `says what is wrong with a file`() throws {
        let scratch = try ScratchDirectory()
        let text = try file(Array("hello".utf8), scratch, "text.mmdb")
        let wrong = try file(systems, scratch, "asn.mmdb")
        let cases: [(String, String)] = [
            ("\(scratch.path)/none.mmdb", "can't be read: No such file"),
            (scratch.path, "can't be read: Is a directory"),
            (text, "is no .mmdb database"), (wrong, "knows no countries: it is a database of type Test-ASN"),
        ]
        for (path, said) in cases {
            let error = #expect(throws: GeoError.self) { try GeoDatabase(.country, path: path) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(said), "\(path)")
        }
    }

    @Test func `any damage gives an error or an answer`() throws {
        let scratch = try ScratchDirectory()
        var random = SeededRandom(seed: 7)
        let known = try [address("192.0.2.1"), address("2001:db8::1"), address("8.8.8.8")]
        for round in 0..<1_500 {
            var bytes = round.isMultiple(of: 2) ? countries : systems
            if round.isMultiple(of: 5) {
                bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
            } else {
                for _ in 0...Int.random(in: 0..<8, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let path = try file(bytes, scratch)
            let kind = GeoDatabase.Kind.allCases[round % 2]
            guard let database = try? GeoDatabase(kind, path: path) else { continue }
            for address in known {
                let country = database.country(of: address)
                #expect(country.map { $0.utf8.count == 2 } ?? true)
                #expect(database.asn(of: address).map { (0...Int64(UInt32.max)).contains($0) } ?? true)
            }
        }
    }

    @Test func `a file cut short in place doesn't touch what was read of it`() throws {
        let scratch = try ScratchDirectory()
        let path = try file(countries, scratch)
        let database = try GeoDatabase(.country, path: path)
        #expect(truncate(path, 0) == 0)
        #expect(database.country(of: try address("192.0.2.1")) == "DE")
    }
}

struct GeoTablesTests {
    @Test func `a changed file is used, a broken one leaves the old data and is told once`() throws {
        let scratch = try ScratchDirectory()
        let path = try file(countries, scratch)
        let tables = try GeoTables(GeoTables.Files(country: path))
        let viewer = try address("192.0.2.1")
        #expect(tables.refresh() == [])

        let austrian = DatabaseWriter.countries([([192, 0, 2, 0], 24, "AT"), ([10, 0, 0, 0], 8, "AT")])
        try Data(austrian).write(to: URL(filePath: path), options: .atomic)
        #expect(tables.refresh() == ["\(path) was read again"])
        #expect(tables.origin(of: viewer).country == "AT")

        try Data("nonsense".utf8).write(to: URL(filePath: path), options: .atomic)
        let told = tables.refresh()
        #expect(told.count == 1 && told[0].contains("the old data are kept"), "\(told)")
        #expect(tables.refresh() == [])
        #expect(tables.origin(of: viewer).country == "AT")

        try FileManager.default.removeItem(atPath: path)
        #expect(tables.refresh().count == 1)
        #expect(tables.origin(of: viewer).country == "AT")

        _ = try file(countries, scratch)
        #expect(tables.refresh() == ["\(path) was read again"])
        #expect(tables.origin(of: viewer).country == "DE")
    }

    @Test func `without files nothing is known, and nothing is wrong`() throws {
        let tables = try GeoTables(GeoTables.Files())
        #expect(tables.kinds.isEmpty)
        #expect(tables.origin(of: try address("192.0.2.1")) == Origin())
    }
}
