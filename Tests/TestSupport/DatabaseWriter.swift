/// Writes small databases in the MaxMind DB format, for tests.
///
/// Source: MaxMind DB File Format Specification 2.0. Records of 24 bits; the tree is of IPv6, with IPv4 below `::/96`.
package struct DatabaseWriter {
    /// What may stand in an entry.
    package indirect enum Value: Hashable {
        case text(String)
        case number(UInt32)
        case map([String: Value])
    }

    private static let marker: [UInt8] = [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
    private static let separatorSize = 16

    private enum Record {
        case none
        case node(Int)
        case data(Int)
    }

    private let type: String
    private var nodes: [(left: Record, right: Record)] = [(.none, .none)]
    private var data: [UInt8] = []

    package init(type: String) {
        self.type = type
    }

    /// Adds a network: 4 or 16 bytes, and how many leading bits count (of 32 or 128).
    package mutating func add(_ address: [UInt8], bits: Int, _ value: Value) {
        let offset = self.data.count
        self.data += Self.encoded(value)
        let whole = address.count == 4 ? [UInt8](repeating: 0, count: 12) + address : address
        let length = address.count == 4 ? bits + 96 : bits
        var node = 0
        for position in 0..<length {
            let isRight = whole[position / 8] >> UInt8(7 - position % 8) & 1 == 1
            if position == length - 1 {
                self.set(node, isRight, .data(offset))
            } else if case .node(let next) = isRight ? self.nodes[node].right : self.nodes[node].left {
                node = next
            } else {
                self.nodes.append((.none, .none))
                self.set(node, isRight, .node(self.nodes.count - 1))
                node = self.nodes.count - 1
            }
        }
    }

    /// The file.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for node in self.nodes {
            for record in [node.left, node.right] {
                let number = self.number(record)
                bytes += [UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
            }
        }
        bytes += [UInt8](repeating: 0, count: Self.separatorSize) + self.data + Self.marker
        let metadata: [(String, [UInt8])] = [
            ("node_count", Self.encoded(.number(UInt32(self.nodes.count)))),
            ("record_size", Self.short(24)), ("ip_version", Self.short(6)),
            ("database_type", Self.encoded(.text(self.type))),
            // An array of one text.
            ("languages", [0x01, 0x04] + Self.encoded(.text("en"))),
            ("binary_format_major_version", Self.short(2)), ("binary_format_minor_version", Self.short(0)),
            // An unsigned number of 64 bits.
            ("build_epoch", [0x04, 0x02, 0x6A, 0, 0, 0]),
            ("description", Self.encoded(.map(["en": .text("made by a test")]))),
        ]
        bytes.append(0xE0 | UInt8(metadata.count))
        for (key, value) in metadata { bytes += Self.encoded(.text(key)) + value }
        return bytes
    }

    private mutating func set(_ node: Int, _ isRight: Bool, _ record: Record) {
        if isRight { self.nodes[node].right = record } else { self.nodes[node].left = record }
    }

    private func number(_ record: Record) -> Int {
        switch record {
        case .none: self.nodes.count
        case .node(let number): number
        case .data(let offset): self.nodes.count + Self.separatorSize + offset
        }
    }

    private static func short(_ number: UInt16) -> [UInt8] { [0xA2, UInt8(number >> 8), UInt8(number & 0xFF)] }

    /// Texts and maps of up to 28 bytes or keys, which is all that tests need.
    private static func encoded(_ value: Value) -> [UInt8] {
        switch value {
        case .text(let text):
            precondition(text.utf8.count < 29, "the writer knows short texts only")
            return [0x40 | UInt8(text.utf8.count)] + Array(text.utf8)
        case .number(let number):
            return [0xC4] + (0..<4).map { UInt8(number >> UInt32(24 - 8 * $0) & 0xFF) }
        case .map(let map):
            return [0xE0 | UInt8(map.count)]
                + map.sorted { $0.key < $1.key }.flatMap { Self.encoded(.text($0.key)) + Self.encoded($0.value) }
        }
    }
}

extension DatabaseWriter {
    /// A database of countries, as GeoLite2 and DB-IP write them.
    package static func countries(_ networks: [(address: [UInt8], bits: Int, country: String)]) -> [UInt8] {
        var writer = DatabaseWriter(type: "Test-Country")
        for network in networks {
            let value = Value.map(["country": .map(["iso_code": .text(network.country)])])
            writer.add(network.address, bits: network.bits, value)
        }
        return writer.bytes
    }

    /// A database of autonomous systems.
    package static func systems(_ networks: [(address: [UInt8], bits: Int, asn: UInt32)]) -> [UInt8] {
        var writer = DatabaseWriter(type: "Test-ASN")
        for network in networks {
            let value = Value.map(["autonomous_system_number": .number(network.asn)])
            writer.add(network.address, bits: network.bits, value)
        }
        return writer.bytes
    }
}
