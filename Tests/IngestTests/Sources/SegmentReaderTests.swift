import HLS
import Model
import TestSupport
import Testing

@testable import Ingest

struct SegmentReaderTests {
    static let uri = URIReference("http://example.org/1.ts")

    static func request(
        range: ByteRange? = nil,
        decryption: SegmentRequest.Decryption? = nil,
        alreadyDelivered: UInt64 = 0
    ) throws -> SegmentRequest {
        SegmentRequest(
            uri: try #require(Self.uri),
            byteRange: range,
            decryption: decryption,
            mediaSequence: 1,
            duration: MediaTime(seconds: 1),
            alreadyDelivered: alreadyDelivered
        )
    }

    /// Reads `body` cut into pieces of up to `most` bytes.
    static func read(
        _ request: SegmentRequest,
        _ body: [UInt8],
        status: Int = 200,
        most: Int
    ) -> Result<[UInt8], SourceFailure.Cause> {
        var random = SeededRandom(seed: UInt64(most))
        var reader = SegmentReader(request)
        reader.answered(status: status)
        var clear: [UInt8] = []
        var rest = body[...]
        do throws(SourceFailure.Cause) {
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...most, using: &random)))
                rest = rest.dropFirst(piece.count)
                clear += try SegmentReaderTests.feed(&reader, piece)
            }
            clear += try reader.ended()
        } catch {
            return .failure(error)
        }
        return .success(clear)
    }

    private static func feed(_ reader: inout SegmentReader, _ piece: [UInt8]) throws(SourceFailure.Cause) -> [UInt8] {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: piece)
        return try reader.received(UnsafeRawBufferPointer(copy))
    }

    @Test(arguments: [1, 7, 188, 4_096])
    func `a clear segment passes whole, however it is cut`(_ most: Int) throws {
        let packets = ContentSnifferTests.packets(12)
        #expect(Self.read(try Self.request(), packets, most: most) == .success(packets))
    }

    @Test(arguments: [1, 7, 188, 4_096])
    func `what was handed on before is dropped`(_ most: Int) throws {
        let packets = ContentSnifferTests.packets(12)
        let request = try Self.request(alreadyDelivered: 1_000)
        #expect(Self.read(request, packets, most: most) == .success(Array(packets.dropFirst(1_000))))
    }

    @Test(arguments: [200, 206])
    func `a range is cut out when the server sends all, and must come whole`(_ status: Int) throws {
        let packets = ContentSnifferTests.packets(12)
        let part = Array(packets[376..<1_504])
        let request = try Self.request(range: ByteRange(offset: 376, length: 1_128))
        #expect(Self.read(request, status == 200 ? packets : part, status: status, most: 100) == .success(part))
        let short = status == 200 ? Array(packets[..<1_000]) : Array(part.dropLast())
        #expect(Self.read(request, short, status: status, most: 100) == .failure(.reset))
    }

    @Test func `what is no transport stream is named`() throws {
        let page = Array(ContentSnifferTests.page.utf8)
        #expect(Self.read(try Self.request(), page, most: 10) == .failure(.notMedia(.html)))
        #expect(Self.read(try Self.request(), [], most: 10) == .failure(.notMedia(.empty)))
    }

    /// Vectors of NIST SP 800-38A, F.2.1 (CBC-AES128), with the padding block that the same key and chain give.
    @Test(arguments: [1, 15, 16, 17, 64])
    func `blocks are decrypted as the standard's example says, however they are cut`(_ most: Int) throws {
        func bytes(_ hexadecimal: String) -> [UInt8] {
            stride(from: 0, to: hexadecimal.count, by: 2).compactMap { index in
                UInt8(hexadecimal.dropFirst(index).prefix(2), radix: 16)
            }
        }
        let decryption = SegmentRequest.Decryption(
            key: Redacted(bytes("2b7e151628aed2a6abf7158809cf4f3c")),
            iv: InitializationVector(rawValue: 0x0001_0203_0405_0607_0809_0A0B_0C0D_0E0F)
        )
        let cipher = bytes(
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
                + "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"
                + "8cb82807230e1321d3fae00d18cc2012"
        )
        let plain = bytes(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
        )
        var decryptor = SegmentDecryptor(decryption)
        var clear: [UInt8] = []
        var rest = cipher[...]
        while !rest.isEmpty {
            clear += Array(rest.prefix(most)).withUnsafeBytes { decryptor.received($0) }
            rest = rest.dropFirst(most)
        }
        let last = decryptor.ended()
        clear += try #require(last)
        #expect(clear == plain)
        var cut = SegmentDecryptor(decryption)
        _ = cipher.dropLast().withUnsafeBytes { cut.received($0) }
        let ended = cut.ended()
        #expect(ended == nil)
    }
}
