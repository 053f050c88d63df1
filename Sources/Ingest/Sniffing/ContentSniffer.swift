/// Recognises an answer by its first bytes; neither its name nor its `Content-Type` has a say.
///
/// Suppliers answer errors with status 200 and an HTML page, a JSON object or nothing at all, and serve real streams as
/// `text/plain`. Nothing of an answer is used before it was recognised.
/// Source: ISO/IEC 13818-1, 2.4.3.2 (sync byte); RFC 8216, 4.3.1.1 (`#EXTM3U`).
struct ContentSniffer: Sendable {
    /// Bytes looked at before giving up: 170 packets, far more than the tail of one that a stream may begin with.
    static let windowBytes = 32 << 10
    /// Sync bytes in a row that make a transport stream; three would match random bytes in the window now and then.
    static let syncsNeeded = 4
    /// Bytes of text that tell a page from the middle of a packet.
    static let textBytes = 64
    /// Plain, with time stamps before (Blu-ray), with Reed-Solomon parity after (DVB).
    static let packetSizes = [188, 192, 204]

    /// The bytes seen so far, which the caller takes over when they were recognised.
    private(set) var head: [UInt8] = []
    /// How long the head must be for the next search for sync bytes: a dribble must not cause one per byte.
    private var nextSearch = 0

    /// Takes more bytes; `nil` while they do not suffice.
    mutating func received(_ bytes: some Collection<UInt8>) -> SniffedContent? {
        self.head.append(contentsOf: bytes)
        let isSearchDue = self.head.count >= self.nextSearch || self.head.count >= Self.windowBytes
        if isSearchDue { self.nextSearch = self.head.count + Self.packetSizes[0] }
        return self.decide(isWhole: false, searchesSync: isSearchDue)
    }

    /// What the answer is, now that it has ended.
    func ended() -> SniffedContent {
        self.decide(isWhole: true, searchesSync: true) ?? .unrecognised
    }

    private func decide(isWhole: Bool, searchesSync: Bool) -> SniffedContent? {
        guard !self.head.isEmpty else { return isWhole ? .empty : nil }
        if searchesSync, Self.hasSyncPattern(self.head[...], isWhole: isWhole) { return .transportStream }
        let start = Self.textStart(self.head)
        let rest = self.head[start...]
        if rest.starts(with: Array("#EXTM3U".utf8)) { return .playlist }
        if let magic = Self.magic(self.head) { return magic }
        guard isWhole || self.head.count >= Self.textBytes else { return nil }
        if Self.isText(self.head.prefix(Self.textBytes)) {
            if let kind = Self.textKind(rest) { return kind }
            if isWhole || self.head.count >= Self.windowBytes { return rest.isEmpty ? .empty : .text }
        }
        return isWhole || self.head.count >= Self.windowBytes ? .unrecognised : nil
    }

    /// Whether sync bytes stand a packet apart from any offset in the first bytes.
    static func hasSyncPattern(_ bytes: ArraySlice<UInt8>, isWhole: Bool) -> Bool {
        let base = bytes.startIndex
        let limit = Swift.min(bytes.count, Self.windowBytes)
        for size in Self.packetSizes {
            // A short segment may hold fewer packets than a stream must show; two is the least that is a pattern.
            let needed = isWhole ? Swift.max(2, Swift.min(Self.syncsNeeded, limit / size)) : Self.syncsNeeded
            let span = (needed - 1) * size
            guard limit > span else { continue }
            for offset in 0..<(limit - span) where bytes[base + offset] == 0x47 {
                if (1..<needed).allSatisfy({ bytes[base + offset + $0 * size] == 0x47 }) { return true }
            }
        }
        return false
    }

    /// Where text begins: after a byte order mark and white space.
    private static func textStart(_ bytes: [UInt8]) -> Int {
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[start]) { start += 1 }
        return start
    }

    private static func magic(_ bytes: [UInt8]) -> SniffedContent? {
        if bytes.starts(with: [0x46, 0x4C, 0x56, 0x01]) { return .flv }
        if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return .matroska }
        if bytes.starts(with: [0x1F, 0x8B, 0x08]) || bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            return .compressed
        }
        if bytes.starts(with: Array("ICY ".utf8)) || bytes.starts(with: Array("ID3".utf8)) { return .packedAudio }
        if bytes.count >= 8 {
            let boxes = ["ftyp", "styp", "moof", "moov", "sidx", "emsg", "prft"]
            if boxes.contains(where: { bytes[4..<8].elementsEqual($0.utf8) }) { return .fragmentedMP4 }
        }
        // ADTS: twelve ones, layer 00; MPEG audio: eleven ones and a layer that is not 00 (ISO/IEC 11172-3, 2.4.1.3).
        // The second frame must follow where the first one's length says, or a JPEG would do.
        return Self.isADTS(bytes) ? .packedAudio : nil
    }

    private static func isADTS(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        for _ in 0..<2 {
            guard bytes.count >= offset + 7, bytes[offset] == 0xFF, bytes[offset + 1] & 0xF6 == 0xF0 else {
                return false
            }
            let high = Int(bytes[offset + 3] & 0x03) << 11
            let length = high | Int(bytes[offset + 4]) << 3 | Int(bytes[offset + 5] >> 5)
            guard length >= 7 else { return false }
            offset += length
        }
        return true
    }

    /// Whether there are no control characters, and UTF-8 is valid but for a character cut off at the end.
    private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        let isPrintable = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard isPrintable else { return false }
        let text = String(decoding: bytes, as: UTF8.self).unicodeScalars.dropLast(3)
        return !text.contains("\u{FFFD}")
    }

    private static func textKind(_ bytes: ArraySlice<UInt8>) -> SniffedContent? {
        switch bytes.first {
        case UInt8(ascii: "<"): bytes.starts(with: Array("<?xml".utf8)) ? .xml : .html
        case UInt8(ascii: "{"), UInt8(ascii: "["): .json
        default: nil
        }
    }
}
