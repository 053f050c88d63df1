import Testing

@testable import EventLog

struct ChainValueTests {
    /// Made with Python: `sha256(bytes(range(16)) + bytes(16) + bytes(0x20 + i % 90 for i in range(size)))`.
    static let cases: [(size: Int, value: String)] = [
        (0, "809a4c1bad269d7bc2c9de4a1d7d686b32995114da709324830c99529e5f76b2"),
        (1, "e0edbb7bcbb110d32b1605f952d1cf9f400dbcc3ccfb1cb860ea67867f3fa406"),
        (31, "b30c419ce6107f99e652c68148ed78c320b37579df7a5cafa188e4808447932d"),
        (32, "994a83a6738c2ec41321ab063f34ab9f0b78f513d04370c442345b1f7f902f7f"),
        (200, "0e63df4969bd06d5e0e3b023b4d3c576c103948810fa1f69a221d90bbf54a885"),
        (991, "7f400c918d9ab84435e060f34f5b58f2745951b0ed8d61396389bd5cf21598e3"),
        (992, "478b81444544d8979d4a44130116066b14300edee6da499e73b8630149ea62f3"),
        (993, "1fa591efdb8199cc39795ac21075e3a79a53d57294458abffbfc663d4c2387aa"),
        (5000, "04c6edc91127bc8c3369997044939538c6454118f395d58b29004fd092214653"),
    ]

    @Test(arguments: cases)
    func `is the hash of the value before it and the line, whatever the line's length`(size: Int, value: String) {
        var chain = ChainValue(beforeFirstOf: LogID(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F))
        let line = (0..<size).map { UInt8(0x20 + $0 % 90) }
        line.withUnsafeBytes { chain.extend($0) }
        #expect(chain.description == value)
    }
}
