import HLS

/// One segment's body on its way to the demuxer: cut to its range, decrypted, recognised, and without what an earlier
/// attempt handed on already.
struct SegmentReader: Sendable {
    let request: SegmentRequest
    /// Clear bytes handed on, all attempts together.
    private(set) var delivered: UInt64
    /// Bytes of the body before the range, when the server ignored `Range`.
    private var toSkip: UInt64 = 0
    /// Bytes of the range still to come; `nil` without a range.
    private var toCome: UInt64?
    private var toDrop: UInt64
    private var decryptor: SegmentDecryptor?
    private var sniffer: ContentSniffer? = ContentSniffer()

    init(_ request: SegmentRequest) {
        self.request = request
        self.delivered = request.alreadyDelivered
        self.toDrop = request.alreadyDelivered
        self.decryptor = request.decryption.map(SegmentDecryptor.init)
    }

    /// The answer's status; 200 to a request for a range brings the whole resource (RFC 9110, 14.2).
    mutating func answered(status: Int) {
        guard let range = self.request.byteRange else { return }
        self.toSkip = status == 206 ? 0 : range.offset
        self.toCome = range.length
    }

    /// The clear bytes that are to be demuxed now.
    ///
    /// - Throws: A cause when the segment is recognised as something else.
    mutating func received(_ body: UnsafeRawBufferPointer) throws(SourceFailure.Cause) -> [UInt8] {
        let bytes = self.cut(body)
        guard !bytes.isEmpty else { return [] }
        guard var decryptor = self.decryptor else { return try self.recognise(bytes) }
        defer { self.decryptor = decryptor }
        let clear = decryptor.received(bytes)
        return try self.recognise(clear)
    }

    /// The last clear bytes, once the body ended in order.
    ///
    /// - Throws: A cause when the body was too short, was nothing Baton knows, or did not decrypt.
    mutating func ended() throws(SourceFailure.Cause) -> [UInt8] {
        if let toCome = self.toCome, toCome > 0 { throw .reset }
        var clear: [UInt8] = []
        if var decryptor = self.decryptor {
            guard let last = decryptor.ended() else { throw .decryption }
            clear = try self.recognise(last)
        }
        guard let sniffer = self.sniffer else { return clear }
        guard case .transportStream = sniffer.ended() else { throw .notMedia(sniffer.ended()) }
        self.sniffer = nil
        return self.handOn(sniffer.head)
    }

    private mutating func cut(_ body: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let skipped = Int(Swift.min(self.toSkip, UInt64(body.count)))
        self.toSkip -= UInt64(skipped)
        let rest = UnsafeRawBufferPointer(rebasing: body[skipped...])
        guard let toCome = self.toCome else { return rest }
        let count = Int(Swift.min(toCome, UInt64(rest.count)))
        self.toCome = toCome - UInt64(count)
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }

    private mutating func recognise(_ clear: some Collection<UInt8>) throws(SourceFailure.Cause) -> [UInt8] {
        guard var sniffer = self.sniffer else { return self.handOn(clear) }
        switch sniffer.received(clear) {
        case nil:
            self.sniffer = sniffer
            return []
        case .transportStream:
            self.sniffer = nil
            return self.handOn(sniffer.head)
        case let content?:
            throw .notMedia(content)
        }
    }

    private mutating func handOn(_ clear: some Collection<UInt8>) -> [UInt8] {
        let dropped = Int(Swift.min(self.toDrop, UInt64(clear.count)))
        self.toDrop -= UInt64(dropped)
        self.delivered += UInt64(clear.count - dropped)
        return Array(clear.dropFirst(dropped))
    }
}
