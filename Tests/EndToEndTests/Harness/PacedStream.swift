import Foundation

/// A transport stream as it goes out live: which bytes are due when.
struct PacedStream: Sendable {
    private static let packetSize = 188
    /// Bytes that go out together at most are those of this time.
    private static let sliceMilliseconds = 40

    private let bytes: [UInt8]
    /// End of what is due before each slice's end.
    private let ends: [Int]
    /// Slices in which a random access point begins, and where.
    private let entries: [(slice: Int, offset: Int)]

    init(file: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        var ends: [Int] = []
        var entries: [(slice: Int, offset: Int)] = []
        var first: Int64?
        for offset in stride(from: 0, to: bytes.count - Self.packetSize + 1, by: Self.packetSize) {
            guard let field = AdaptationField(bytes[offset..<offset + Self.packetSize]) else { continue }
            if let reference = field.clockReference {
                first = first ?? reference
                // Ticks of 90 kHz; see ISO/IEC 13818-1, 2.4.3.5.
                let slice = Int((reference - (first ?? reference)) / 90) / Self.sliceMilliseconds
                while ends.count < slice { ends.append(offset) }
                if field.isRandomAccess { entries.append((slice, offset)) }
            }
        }
        ends.append(bytes.count)
        self.bytes = bytes
        self.ends = ends
        self.entries = entries
    }

    /// Where a connection that comes `elapsed` milliseconds after the stream began enters: the last random access point.
    func entry(at elapsed: Int) -> Int {
        let slice = elapsed / Self.sliceMilliseconds % self.ends.count
        return self.entries.last { $0.slice <= slice }?.offset ?? 0
    }

    /// From one random access point to the next, as a HLS segment.
    func segment(_ index: Int) -> [UInt8] {
        Array(self.bytes[self.entries[index].offset..<self.entries[index + 1].offset])
    }

    /// What is due `elapsed` milliseconds after the stream began, from `offset` on; after its end it begins again.
    func due(at elapsed: Int, from offset: Int) -> ArraySlice<UInt8> {
        let end = self.ends[elapsed / Self.sliceMilliseconds % self.ends.count]
        return end >= offset ? self.bytes[offset..<end] : self.bytes[offset...]
    }

    /// The offset after `slice` was sent.
    func next(after slice: ArraySlice<UInt8>) -> Int { slice.endIndex == self.bytes.count ? 0 : slice.endIndex }

    /// The two fields of a packet's adaptation field that pacing needs.
    private struct AdaptationField {
        var isRandomAccess: Bool
        var clockReference: Int64?

        init?(_ packet: ArraySlice<UInt8>) {
            let start = packet.startIndex
            guard packet[start + 3] & 0x20 != 0, packet[start + 4] > 0 else { return nil }
            let flags = packet[start + 5]
            self.isRandomAccess = flags & 0x40 != 0
            guard flags & 0x10 != 0 else { return }
            let base = packet[(start + 6)..<(start + 10)].reduce(Int64(0)) { $0 << 8 | Int64($1) }
            self.clockReference = base << 1 | Int64(packet[start + 10] >> 7)
        }
    }
}
