import MPEGTS
import TestSupport
import Testing

@testable import Continuity

struct ArithmeticEncoderTests {
    /// Reads back what the encoder wrote, as a decoder does, with nothing of the encoder's but its tables' source.
    ///
    /// Source: ITU-T H.264, 9.3.3.2.2 (terminate): enough to see where the slice ends.
    static func terminates(_ bytes: [UInt8], afterContinuations count: Int) -> Bool {
        var reader = BitReader(bytes)
        var range: UInt32 = 510
        var offset = reader.bits(9)
        for index in 0...count {
            range -= 2
            if offset >= range { return index == count }
            while range < 256 {
                range <<= 1
                offset = offset << 1 | reader.bit()
            }
        }
        return false
    }

    @Test(arguments: [0, 1, 2, 7, 100, 1_000])
    func `ends where it was told to`(_ count: Int) {
        var encoder = ArithmeticEncoder()
        for _ in 0..<count { encoder.encodeTerminate(false) }
        encoder.encodeTerminate(true)
        #expect(Self.terminates(encoder.bytes, afterContinuations: count))
    }

    @Test func `a context learns what is likely, and its opposite`() {
        var context = ArithmeticEncoder.Context(slope: 29, offset: 16, qp: 51)
        #expect(context.state == 44 && context.isLikely)
        var encoder = ArithmeticEncoder()
        for _ in 0..<100 { encoder.encode(true, context: &context) }
        #expect(context.state == 62)
        encoder.encode(false, context: &context)
        #expect(context.state == 38 && context.isLikely)
        for _ in 0..<40 { encoder.encode(false, context: &context) }
        #expect(!context.isLikely)
        #expect(ArithmeticEncoder.Context(initialValue: 197, qp: 51) == .init(slope: 15, offset: 24, qp: 51))
    }

    @Test func `what is likely costs little, what is not costs much`() {
        var likely = ArithmeticEncoder()
        var unlikely = ArithmeticEncoder()
        for _ in 0..<1_000 {
            var context = ArithmeticEncoder.Context(slope: 29, offset: 16, qp: 51)
            likely.encode(true, context: &context)
            context = ArithmeticEncoder.Context(slope: 29, offset: 16, qp: 51)
            unlikely.encode(false, context: &context)
        }
        likely.encodeTerminate(true)
        unlikely.encodeTerminate(true)
        #expect(likely.bytes.count < 15)
        #expect(unlikely.bytes.count > 400)
    }
}
