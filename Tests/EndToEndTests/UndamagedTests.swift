import Foundation
import Model
import Testing

@testable import TestKit

/// What the soak takes for the supplier's fault and what for ours.
struct UndamagedTests {
    private static let length = MediaTime(seconds: 20)
    @Test func `a group with wrong bits is left out, and what is left decodes without a word`() async throws {
        let reel = try await ReelWorkshop.shared.reel()
        let rest = try Self.rest(of: reel) { packet in packet[packet.startIndex + 120] ^= 0x10 }
        #expect(rest.damaged == 1)
        #expect(try await rest.errors() == [])
    }

    @Test func `what the supplier sent right is held against us whole`() async throws {
        let reel = try await ReelWorkshop.shared.reel()
        let whole = try Self.rest(of: reel) { _ in }
        #expect(whole.damaged == 0)
        #expect(try await whole.errors() == [])
        // Other bytes than the supplier's, and not just a bit: nobody's line does that.
        let ours = try Self.rest(of: reel) { packet in
            for index in packet.indices.dropFirst(60) { packet[index] = 0x55 }
        }
        #expect(ours.damaged == 0)
        #expect(try await ours.errors() != [])
    }

    /// A recording of the reel's beginning, one packet of it changed, and what is left of it.
    private static func rest(of reel: Reel, _ change: (inout ArraySlice<UInt8>) -> Void) throws -> Soak.Undamaged {
        var writer = TransportWriter(reel)
        var bytes: [UInt8] = []
        var isChanged = false
        for var unit in reel.units where unit.dts < Self.length {
            // In the middle, and long enough to have a packet in which there is nothing but picture.
            let isSpoilt = !isChanged && unit.isVideo && unit.dts > MediaTime(seconds: 10) && unit.data.count > 1_000
            unit.dts += Self.length
            unit.pts += Self.length
            var packets = writer.write(unit)
            if isSpoilt, let start = (0..<(packets.count / 188)).last(where: { packets[$0 * 188 + 1] & 0x40 != 0 }) {
                let inside = (start + 2) * 188
                change(&packets[inside..<(inside + 188)])
                isChanged = true
            }
            bytes += packets
        }
        let scratch = try Scratch()
        let file = "\(scratch.path)/recording.ts"
        try Data(bytes).write(to: URL(filePath: file))
        return try Soak.Undamaged(file: file, of: reel)
    }
}
