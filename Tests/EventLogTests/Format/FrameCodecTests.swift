import CZstd
import Model
import TestSupport
import Testing

@testable import EventLog

struct FrameCodecTests {
    /// Compresses with any of zstd's options.
    private func compress(
        _ raw: [UInt8],
        checksum: Int32 = 1,
        contentSize: Int32 = 1,
        windowLog: Int32 = 0,
        pledged: Bool = true
    ) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum)
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, contentSize)
        if windowLog > 0 { ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog) }
        var stored = [UInt8](repeating: 0, count: ZSTD_compressBound(raw.count))
        let count = ZSTD_compress2(context, &stored, stored.count, raw, raw.count)
        return Array(stored[..<count])
    }

    private func decompress(_ stored: [UInt8], rawSize: Int) throws -> [UInt8] {
        let decompressor = try FrameDecompressor()
        let target = Scratch(capacity: 0)
        do {
            try stored.withUnsafeBytes { try decompressor.decompress($0, rawSize: rawSize, into: target) }
        } catch {
            // Nothing was made room for unless the head of the frame agreed.
            #expect(target.bytes.count <= FrameHeader.rawSizeMax)
            if let cause = error as? LogDamage.Cause, cause != .zstd(.content) { #expect(target.bytes.isEmpty) }
            throw error
        }
        return Array(target.prefix(rawSize))
    }

    @Test func `gives back what was compressed`() throws {
        var random = SeededRandom(seed: 0x2D)
        let compressor = try FrameCompressor(level: 1)
        for size in [1, 2, 255, 256, 257, 65_535, 65_792, 300_000] {
            let raw = (0..<size).map { _ in UInt8.random(in: 0..<4, using: &random) }
            var stored = [UInt8](repeating: 0, count: FrameCompressor.bound(size))
            let count = try raw.withUnsafeBytes { source in
                try stored.withUnsafeMutableBytes { try compressor.compress(source, into: $0) }
            }
            #expect(try self.decompress(Array(stored[..<count]), rawSize: size) == raw)
        }
    }

    @Test func `refuses frames that would need more than their header says`() throws {
        let raw = [UInt8](repeating: 0x20, count: 100_000)
        let good = self.compress(raw)
        #expect(try self.decompress(good, rawSize: raw.count) == raw)
        // Magic, descriptor with an 8-byte size and a checksum; a window of 2^30 or as the content; a size of 1 TiB.
        let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
        let size: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0]
        let window = self.largeWindow(good, raw.count)
        let cases: [(String, [UInt8], Int, LogDamage.Cause)] = [
            ("bomb: more than the header says", good, 100, .zstd(.size)),
            ("less than the header says", good, 100_001, .zstd(.size)),
            ("1 TiB", magic + [0b1110_0100] + size + [1, 0, 0], 100, .zstd(.size)),
            ("a window of 16 MiB", window, raw.count, .zstd(.window)),
            ("no size", self.compress(raw, contentSize: 0), raw.count, .zstd(.size)),
            ("no checksum", self.compress(raw, checksum: 0), raw.count, .zstd(.options)),
            ("two frames", good + good, raw.count, .zstd(.blocks)),
            ("bytes behind", good + [0], raw.count, .zstd(.blocks)),
            ("cut", Array(good.dropLast()), raw.count, .zstd(.blocks)),
            ("content changed", Array(good.dropLast()) + [good[good.count - 1] ^ 1], raw.count, .zstd(.content)),
            ("not zstd", Array(repeating: 7, count: 50), 50, .zstd(.notAFrame)),
            ("nothing", [], 50, .zstd(.notAFrame)),
            ("reserved bit", magic + [0b0010_1100, 1, 1, 0, 0], 1, .zstd(.notAFrame)),
        ]
        for (name, stored, rawSize, cause) in cases {
            #expect(throws: cause, "\(name)") { try self.decompress(stored, rawSize: rawSize) }
        }
    }

    /// The same blocks behind a head that asks for a window of 16 MiB.
    private func largeWindow(_ frame: [UInt8], _ size: Int) -> [UInt8] {
        let head: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0b1000_0100, 14 << 3]
        let contentSize = (0..<4).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) }
        // The head that zstd writes for this size, a single segment: magic, descriptor, four bytes of size.
        return head + contentSize + frame[9...]
    }

    @Test func `never traps on random heads`() {
        var random = SeededRandom(seed: 0x25D)
        for _ in 0..<2_000 {
            let size = Int.random(in: 0...24, using: &random)
            var bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            if Bool.random(using: &random) { bytes.replaceSubrange(0..<min(4, size), with: [0x28, 0xB5, 0x2F, 0xFD]) }
            #expect(throws: LogDamage.Cause.self) { try self.decompress(bytes, rawSize: 1_000) }
        }
    }
}
