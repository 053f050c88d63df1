import MPEGTS
import TestSupport
import Testing

struct PacketReaderTests {
    struct Found: Equatable {
        var packets: [[UInt8]] = []
        var lost = 0
        var skipped = 0
        var layout: PacketReader.Layout?
    }

    static func read(_ bytes: [UInt8], chunk: () -> Int) -> Found {
        var reader = PacketReader()
        var found = Found()
        func take(_ event: PacketReader.Event) {
            switch event {
            case .packet(let packet): found.packets.append(Array(packet))
            case .lostSync: found.lost += 1
            case .skipped(let count): found.skipped += count
            }
        }
        var offset = 0
        while offset < bytes.count {
            let size = min(max(1, chunk()), bytes.count - offset)
            Array(bytes[offset..<(offset + size)]).withUnsafeBytes { reader.push($0, take) }
            #expect(reader.carriedBytes < PacketReader.windowSize)
            offset += size
        }
        reader.finish(take)
        #expect(found.skipped == reader.skippedBytes)
        found.layout = reader.layout
        return found
    }

    /// Packets in a layout; what surrounds them is never a sync byte.
    static func laidOut(_ packets: [[UInt8]], _ layout: PacketReader.Layout) -> [[UInt8]] {
        packets.map { packet in
            switch layout {
            case .plain: packet
            case .timestamped: [1, 2, 3, 4] + packet
            case .parity: packet + Array(repeating: 5, count: 16)
            }
        }
    }

    static func packets(_ count: Int, random: inout SeededRandom) -> [[UInt8]] {
        (0..<count).map { index in
            let payload = (0..<184).map { _ in UInt8.random(in: 0...255, using: &random) }
            return packet(pid: UInt16(0x100 + index % 3), counter: UInt8(index & 15), payload: payload)
        }
    }

    @Test(arguments: PacketReader.Layout.allCases)
    func `finds every packet around garbage, whatever the chunks`(_ layout: PacketReader.Layout) {
        var random = SeededRandom(seed: UInt64(layout.rawValue))
        let packets = Self.packets(40, random: &random)
        let pieces = Self.laidOut(packets, layout)
        // Garbage without sync bytes, so that what is skipped can be counted exactly.
        let garbage = (0..<777).map { _ in UInt8.random(in: 0x48...0xFF, using: &random) }
        let bytes =
            garbage + pieces[..<15].joined() + garbage + pieces[15..<30].joined() + garbage.prefix(5)
            + pieces[30...].joined()
        let whole = Self.read(Array(bytes), chunk: { .max })
        #expect(whole.packets == packets)
        #expect(whole.layout == layout)
        #expect(whole.lost == 2)
        // The gap of four bytes before each stamped packet takes as many bytes of garbage for its own.
        #expect(whole.skipped == 777 + 777 + 5)
        #expect(Self.read(Array(bytes), chunk: { 1 }) == whole)
        #expect(Self.read(Array(bytes), chunk: { Int.random(in: 1...700, using: &random) }) == whole)
    }

    @Test func `a few packets are found when the connection ends`() {
        var random = SeededRandom(seed: 1)
        let packets = Self.packets(2, random: &random)
        #expect(Self.read(Array(packets.joined()), chunk: { 100 }).packets == packets)
        #expect(Self.read(Array(packets.joined().dropLast()), chunk: { 100 }).packets == [packets[0]])
    }

    @Test func `text is no stream, and every 64 KiB of it is told`() {
        let text = Array(repeating: Array("<html>GG</html>".utf8), count: 10_000).flatMap { $0 }
        let found = Self.read(text, chunk: { 4_096 })
        #expect(found.packets.isEmpty)
        #expect(found.skipped == text.count)
    }

    @Test func `never traps on random bytes`() {
        for seed in UInt64(0)..<20 {
            var random = SeededRandom(seed: seed)
            // Half of the bytes are sync bytes, so that sync is found and lost all the time.
            let bytes = (0..<5_000).map { _ in
                Bool.random(using: &random) ? UInt8(0x47) : UInt8.random(in: 0...255, using: &random)
            }
            let whole = Self.read(bytes, chunk: { .max })
            #expect(Self.read(bytes, chunk: { Int.random(in: 1...500, using: &random) }) == whole, "seed \(seed)")
            #expect(whole.packets.allSatisfy { $0.count == 188 && $0[0] == 0x47 })
        }
    }
}
