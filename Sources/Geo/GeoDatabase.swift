import CMaxMindDB
import Glibc
package import Model

/// One database of countries or of autonomous systems, in memory and never changed.
///
/// Source: MaxMind DB File Format Specification 2.0; the field names are those of the databases in use (GeoLite2, DB-IP,
/// IPinfo).
///
/// Sendable because libmaxminddb's handle is only read after it was opened, which its documentation allows from any thread.
package final class GeoDatabase: @unchecked Sendable {
    /// What a database is asked for.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case country
        case asn
    }

    /// Nodes of the tree that are looked at for a first entry of the kind; any real database has one in the first few dozen.
    private static let probedNodesMax: UInt32 = 65_536
    /// Entries that are looked at for the field.
    private static let probedEntriesMax = 256

    package let kind: Kind
    private let file: MemoryFile
    private let handle: UnsafeMutablePointer<MMDB_s>

    /// Opens a copy of the file.
    ///
    /// - Throws: ``GeoError`` also for a database that has nothing of the kind.
    package init(_ kind: Kind, path: String) throws(GeoError) {
        let file = try MemoryFile(copying: path)
        let handle = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
        handle.initialize(to: MMDB_s())
        let status = MMDB_open(file.path, UInt32(MMDB_MODE_MMAP), handle)
        guard status == MMDB_SUCCESS else {
            handle.deallocate()
            throw .malformed(path: path, reason: String(cString: MMDB_strerror(status)))
        }
        self.kind = kind
        self.file = file
        self.handle = handle
        guard self.hasEntry else {
            let type = handle.pointee.metadata.database_type.map { String(cString: $0) } ?? "unknown"
            throw .without(path: path, what: kind == .country ? "countries" : "autonomous systems", type: type)
        }
    }

    deinit {
        MMDB_close(self.handle)
        self.handle.deallocate()
    }

    /// The country of an address as two upper-case letters; `nil` where it isn't known.
    package func country(of address: NetworkAddress) -> String? {
        guard var entry = self.entry(of: address) else { return nil }
        return Self.country(&entry)
    }

    /// The autonomous system of an address; `nil` where it isn't known.
    package func asn(of address: NetworkAddress) -> Int64? {
        guard var entry = self.entry(of: address) else { return nil }
        return Self.asn(&entry)
    }

    private func entry(of address: NetworkAddress) -> MMDB_entry_s? {
        var error: Int32 = MMDB_SUCCESS
        let found = Self.withSocketAddress(address) { MMDB_lookup_sockaddr(self.handle, $0, &error) }
        guard error == MMDB_SUCCESS, found.found_entry else { return nil }
        return found.entry
    }

    private static func withSocketAddress<Result>(
        _ address: NetworkAddress,
        _ body: (UnsafePointer<sockaddr>) -> Result
    ) -> Result {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { bytes in
            var family = sa_family_t(address.isIPv4 ? AF_INET : AF_INET6)
            withUnsafeBytes(of: &family) { bytes.copyBytes(from: $0) }
            // Behind family and port; in a sockaddr_in6 behind the flow label, too.
            let offset = address.isIPv4 ? 4 : 8
            for (index, byte) in address.bytes.enumerated() { bytes[offset + index] = byte }
        }
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }

    /// GeoLite2 and DB-IP nest the country, IPinfo doesn't.
    private static func country(_ entry: inout MMDB_entry_s) -> String? {
        let text =
            self.text(&entry, "country", "iso_code") ?? self.text(&entry, "country_code", nil)
            ?? self.text(&entry, "country", nil) ?? self.text(&entry, "registered_country", "iso_code")
        guard let text, text.utf8.count == 2, text.utf8.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else {
            return nil
        }
        return text.uppercased()
    }

    /// A number, or, at IPinfo, a text such as `AS64500`.
    private static func asn(_ entry: inout MMDB_entry_s) -> Int64? {
        if let number = self.number(&entry, "autonomous_system_number") ?? self.number(&entry, "asn") { return number }
        guard let text = self.text(&entry, "asn", nil), text.uppercased().hasPrefix("AS") else { return nil }
        return UInt32(text.dropFirst(2)).map(Int64.init)
    }

    private static func text(_ entry: inout MMDB_entry_s, _ first: String, _ second: String?) -> String? {
        guard let data = self.value(&entry, first, second), data.type == MMDB_DATA_TYPE_UTF8_STRING,
            let start = data.utf8_string
        else { return nil }
        // Country codes and AS numbers are short; anything longer is none.
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(min(data.data_size, 16)))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func number(_ entry: inout MMDB_entry_s, _ key: String) -> Int64? {
        guard let data = self.value(&entry, key, nil), data.type == MMDB_DATA_TYPE_UINT32 else { return nil }
        return Int64(data.uint32)
    }

    private static func value(_ entry: inout MMDB_entry_s, _ first: String, _ second: String?) -> MMDB_entry_data_s? {
        var data = MMDB_entry_data_s()
        let status =
            if let second {
                cmaxminddb_value(&entry, &data, first, second)
            } else {
                cmaxminddb_value(&entry, &data, first, nil)
            }
        return status == MMDB_SUCCESS && data.has_data ? data : nil
    }

    /// Whether an entry near the top of the tree has a field of the kind.
    private var hasEntry: Bool {
        var seen = 0
        for number in 0..<min(self.handle.pointee.metadata.node_count, Self.probedNodesMax) {
            var node = MMDB_search_node_s()
            guard MMDB_read_node(self.handle, number, &node) == MMDB_SUCCESS else { return false }
            let records = [
                (node.left_record_type, node.left_record_entry), (node.right_record_type, node.right_record_entry),
            ]
            for (type, entry) in records where type == UInt8(MMDB_RECORD_TYPE_DATA) {
                var entry = entry
                let isFound = self.kind == .country ? Self.country(&entry) != nil : Self.asn(&entry) != nil
                if isFound { return true }
                seen += 1
                guard seen < Self.probedEntriesMax else { return false }
            }
        }
        return false
    }
}
