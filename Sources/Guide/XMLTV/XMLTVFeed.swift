/// A guide as it comes from a file or a socket: plain or gzip, told apart by its first bytes; bytes in, items out.
///
/// Not `Sendable`; whoever has it feeds it. After an error it may not be fed again.
package final class XMLTVFeed {
    /// Bytes of a document, decompressed; the guides of the largest suppliers have 300 MB.
    package static let sizeMax: Int64 = 512 << 20

    private let sizeMax: Int64
    private var scanner = XMLScanner()
    private var builder = XMLTVBuilder()
    private var inflater: Inflater?
    private var head: [UInt8]? = []
    /// Bytes of the document, decompressed.
    package private(set) var size: Int64 = 0

    package init(sizeMax: Int64 = XMLTVFeed.sizeMax) {
        self.sizeMax = sizeMax
    }

    /// Programmes and channels that lacked what they need.
    package var leftOut: Int64 { self.builder.leftOut }

    /// Takes more bytes; `each` gets what they completed, a piece at a time, so that little is in memory.
    ///
    /// - Throws: ``XMLError``, and what `each` throws.
    package func append(_ bytes: UnsafeBufferPointer<UInt8>, _ each: ([XMLTVBuilder.Item]) throws -> Void) throws {
        guard var head = self.head else { return try self.received(bytes, each) }
        // Two bytes tell; they may come one at a time.
        head += bytes
        self.head = head.count < 2 ? head : nil
        guard head.count >= 2 else { return }
        if head.starts(with: [0x1f, 0x8b]) { self.inflater = try Inflater() }
        try head.withUnsafeBufferPointer { try self.received($0, each) }
    }

    /// The end of the bytes.
    package func finish() throws(XMLError) {
        if let inflater, !inflater.isComplete { throw .truncated }
        try self.scanner.finish()
    }

    private func received(_ bytes: UnsafeBufferPointer<UInt8>, _ each: ([XMLTVBuilder.Item]) throws -> Void) throws {
        guard let inflater = self.inflater else { return try self.parse(bytes, each) }
        try inflater.append(bytes) { try self.parse($0, each) }
    }

    private func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ each: ([XMLTVBuilder.Item]) throws -> Void) throws {
        self.size += Int64(bytes.count)
        guard self.size <= self.sizeMax else { throw XMLError.tooLarge(allowed: self.sizeMax) }
        try self.scanner.append(bytes, to: &self.builder)
        let items = self.builder.take()
        if !items.isEmpty { try each(items) }
    }
}
