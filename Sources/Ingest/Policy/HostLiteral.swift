import Model

/// The numeric spellings of a host that reach an address without a name server.
///
/// Resolvers take more than dotted decimal: `2130706433`, `0x7f.1`, `127.1` and `0177.0.0.1` are all 127.0.0.1.
/// Source: POSIX `inet_addr` (one to four parts, each decimal, octal or hexadecimal); RFC 4291, 2.2.
enum HostLiteral {
    static func address(_ host: String) -> NetworkAddress? {
        // A trailing dot makes a name absolute; resolvers drop it from numbers too.
        let text = host.hasSuffix(".") ? String(host.dropLast()) : host
        if text.contains(":") { return NetworkAddress(text) }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
        guard (1...4).contains(parts.count) else { return nil }
        var values: [UInt64] = []
        for part in parts {
            guard let part else { return nil }
            values.append(part)
        }
        // The last part fills all the bytes that the others leave.
        let last = values.removeLast()
        guard values.allSatisfy({ $0 <= 0xFF }), last < 1 << (8 * (4 - UInt64(values.count))) else { return nil }
        var address = last
        for (index, value) in values.enumerated() { address |= value << (24 - 8 * UInt64(index)) }
        return NetworkAddress(bytes: (0..<4).map { UInt8(truncatingIfNeeded: address >> (24 - 8 * UInt64($0))) })
    }

    private static func number(_ part: Substring) -> UInt64? {
        guard let first = part.utf8.first, part.utf8.count <= 16, part.utf8.allSatisfy(Self.isAlphanumeric) else {
            return nil
        }
        guard first == UInt8(ascii: "0"), part.utf8.count > 1 else { return UInt64(part) }
        let isHexadecimal = part.hasPrefix("0x") || part.hasPrefix("0X")
        guard isHexadecimal else { return UInt64(part.dropFirst(), radix: 8) }
        let digits = part.dropFirst(2)
        return digits.isEmpty ? 0 : UInt64(digits, radix: 16)
    }

    /// Keeps signs out, which `UInt64(_:)` would take.
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        case UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"), UInt8(ascii: "X"): true
        default: false
        }
    }
}
