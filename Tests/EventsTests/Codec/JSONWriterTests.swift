import Model
import TestSupport
import Testing

@testable import Events

/// The writer against the plainest way to say the same.
struct JSONWriterTests {
    private static func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func `writes whole numbers of every length`() {
        var numbers: [UInt64] = [0, .max, UInt64(Int64.max), UInt64(Int64.max) + 1]
        var power: UInt64 = 1
        for _ in 1..<20 {
            numbers += [power - 1, power, power + 1, power * 9 + power / 3]
            power *= 10
        }
        for number in numbers {
            #expect(Self.text { $0.unsigned(number) } == "\(number)")
        }
        for number in [Int64.min, -1, -10, 0, 99, .max] {
            #expect(Self.text { $0.integer(number) } == "\(number)")
        }
    }

    @Test func `escapes what must be escaped, wherever it stands`() {
        let escapes: [UInt8: String] = [
            0x00: #"\u0000"#, 0x1F: #"\u001f"#, 0x0A: #"\n"#, 0x0D: #"\r"#, 0x09: #"\t"#, 0x22: #"\""#, 0x5C: #"\\"#,
        ]
        for length in 0...40 {
            let plain = String(repeating: "~", count: length)
            #expect(Self.text { $0.string(plain) } == "\"\(plain)\"")
            for place in 0..<length {
                for (byte, escape) in escapes {
                    let (before, after) = (plain.prefix(place), plain.dropFirst(place + 1))
                    let text = before + String(UnicodeScalar(byte)) + after
                    #expect(Self.text { $0.string(String(text)) } == "\"\(before)\(escape)\(after)\"")
                    #expect(Self.text { $0.stringBody(String(text)) } == "\(before)\(escape)\(after)")
                }
            }
        }
    }

    @Test func `leaves every other byte as it is`() {
        for scalar in (0x20...0x2FF).compactMap(UnicodeScalar.init) where scalar != "\"" && scalar != "\\" {
            for length in [1, 3, 4, 9, 20] {
                let text = String(repeating: Character(scalar), count: length)
                #expect(Self.text { $0.string(text) } == "\"\(text)\"")
            }
        }
    }

    @Test func `writes moments as they describe themselves`() {
        var random = SeededRandom(seed: 0x71E)
        let day: Int64 = 86_400_000_000
        var json = JSONWriter()
        var expected = ""
        for _ in 0..<2_000 {
            // Most follow the one before within a day; some are at its very end, and some long ago.
            let start = Int64.random(in: -719_528...2_932_896, using: &random) * day
            for offset in [0, 1, day - 1, Int64.random(in: 0..<day, using: &random), day] {
                let time = WallTime(microseconds: start + offset)
                json.time(time)
                expected += "\"\(time)\""
            }
        }
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
        #expect(Self.text { $0.time(WallTime(microseconds: .max)) } == "\"\(WallTime(microseconds: .max))\"")
    }

    @Test func `grows, and begins anew in the same room`() {
        var json = JSONWriter(reserving: 1)
        var expected: [UInt8] = []
        for index in 0..<500 {
            let text = String(repeating: "x", count: index)
            json.string(text)
            json.raw(UInt8(ascii: "\n"))
            expected += Array("\"\(text)\"\n".utf8)
        }
        #expect(json.bytes == expected)
        #expect(json.count == expected.count)
        json.removeAll()
        json.bool(true)
        #expect(json.bytes == Array("true".utf8))
    }
}
