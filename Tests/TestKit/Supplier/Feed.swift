import MPEGTS
import Model
import TestSupport

/// What goes out on one HTTP connection of a broadcast.
///
/// Pure: told the time and the state of the line, it returns bytes.
struct Feed: Sendable {
    private var cursor: Int
    /// Its own multiplexer, where the bytes differ from the broadcast's.
    private var writer: TransportWriter?
    /// Added to the stream's times.
    private var shift = MediaTime.zero
    private var mangler: Mangler
    private(set) var bytesSent = 0

    init(_ broadcast: Broadcast, entry: Fault.Entry, seed: UInt64) {
        self.mangler = Mangler(seed: seed)
        switch entry {
        case .live: self.cursor = broadcast.next
        case .randomAccess: self.cursor = broadcast.start(before: .zero)
        case .replay(let seconds, let replay):
            self.cursor = broadcast.start(before: MediaTime(seconds: Int64(seconds)))
            guard replay != .identical else { return }
            self.writer = TransportWriter(broadcast.currentReel, style: .other)
            if replay == .restarted, let first = broadcast.chunks(from: self.cursor)?.first {
                self.shift = MediaTime(seconds: 1) - first.unit.dts
            }
        }
    }

    /// What is due up to `limit`; `nil` when the connection is too slow for the broadcast.
    mutating func due(_ broadcast: Broadcast, upTo limit: MediaTime, _ line: Line) -> [UInt8]? {
        guard let chunks = broadcast.chunks(from: self.cursor) else { return nil }
        var bytes: [UInt8] = []
        for chunk in chunks {
            guard chunk.due <= limit else { break }
            self.cursor = chunk.number + 1
            bytes += self.packets(of: chunk)
        }
        let mangled = self.mangler.mangle(bytes, line)
        self.bytesSent += mangled.count
        return mangled
    }

    /// What is on air while nothing is sent is lost.
    mutating func skip(_ broadcast: Broadcast) { self.cursor = broadcast.next }

    /// The first bytes of a packet, and no more.
    mutating func part(_ broadcast: Broadcast) -> [UInt8] {
        let bytes = broadcast.chunks.last.map { Array($0.bytes.prefix(100)) } ?? []
        self.bytesSent += bytes.count
        return bytes
    }

    mutating func garbage(_ count: Int) -> [UInt8] {
        let bytes = self.mangler.garbage(count)
        self.bytesSent += bytes.count
        return bytes
    }

    private mutating func packets(of chunk: Broadcast.Chunk) -> [UInt8] {
        guard self.writer != nil else { return chunk.bytes }
        var unit = chunk.unit
        unit.dts += self.shift
        unit.pts += self.shift
        return self.writer?.write(unit) ?? []
    }
}

/// What lies on the line at a time: which bytes are hit.
struct Line: Sendable {
    var bitErrorsPerMillion = 0
    var damage: Fault.Damage?
    var damageOneIn = 0
}

/// Damages bytes as a seed decides.
struct Mangler: Sendable {
    private var random: SeededRandom
    /// Bits until the next error, so that errors are as rare as they should be whatever the bytes come in.
    private var bitsToError: Int?
    private var packetsToDamage: Int?

    init(seed: UInt64) { self.random = SeededRandom(seed: seed) }

    mutating func mangle(_ bytes: [UInt8], _ line: Line) -> [UInt8] {
        var bytes = bytes
        if let damage = line.damage { bytes = self.damage(bytes, damage, oneIn: max(line.damageOneIn, 2)) }
        if line.bitErrorsPerMillion > 0 { self.flip(&bytes, perMillion: line.bitErrorsPerMillion) }
        return bytes
    }

    /// Bytes without the sync byte, so that none of it can pass for packets.
    mutating func garbage(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
            let byte = UInt8.random(in: 0...255, using: &self.random)
            return byte == PacketHeader.syncByte ? 0 : byte
        }
    }

    private mutating func flip(_ bytes: inout [UInt8], perMillion: Int) {
        let mean = 1_000_000 / perMillion
        var left = self.bitsToError ?? Int.random(in: 0..<(2 * mean), using: &self.random)
        while left < bytes.count * 8 {
            bytes[left / 8] ^= 1 << UInt8(left % 8)
            left += Int.random(in: 1...(2 * mean), using: &self.random)
        }
        self.bitsToError = left - bytes.count * 8
    }

    private mutating func damage(_ bytes: [UInt8], _ damage: Fault.Damage, oneIn: Int) -> [UInt8] {
        var packets = stride(from: 0, to: bytes.count, by: PacketHeader.packetSize)
            .map { bytes[$0..<min($0 + PacketHeader.packetSize, bytes.count)] }
        var left = self.packetsToDamage ?? Int.random(in: 0..<oneIn, using: &self.random)
        while left < packets.count {
            switch damage {
            case .missing: packets[left] = []
            case .duplicated: packets[left] = (Array(packets[left]) + packets[left])[...]
            case .reordered: if left > 0 { packets.swapAt(left, left - 1) }
            }
            left += Int.random(in: 2...(2 * oneIn), using: &self.random)
        }
        self.packetsToDamage = left - packets.count
        return Array(packets.joined())
    }
}
