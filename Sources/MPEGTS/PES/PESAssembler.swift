/// Puts the PES packets of one PID together and gives out only whole ones.
///
/// A packet with a stated length is given out when that length is reached, one without when the next begins.
/// Source: ISO/IEC 13818-1, 2.4.3.6.
package struct PESAssembler: Sendable {
    package enum Event: Sendable {
        case packet(PESHeader, data: [UInt8])
        /// The next packet began before the stated length was reached; what there was is dropped.
        case truncated
        /// The packet grew past the limit and is dropped.
        case oversized
        /// No PES packet starts where one should.
        case malformed
    }

    /// Bytes in the longest video packet: two seconds at 32 Mbit/s in one picture.
    package static let videoSizeMax = 8 << 20
    /// Bytes in the longest packet of audio or data without a stated length.
    package static let otherSizeMax = 1 << 20

    /// Bytes kept ready for a packet without stated length, by the size of the last: one large picture must not make the
    /// small one after it hold as much memory.
    static let reserveMax = 64 << 10

    private enum State: Hashable, Sendable {
        case idle
        case header
        case body(PESHeader)
    }

    private let sizeMax: Int
    private var state = State.idle
    /// A header that did not fit its first packet.
    private var head: [UInt8] = []
    private var data: [UInt8] = []
    private var lastSize = 0

    package init(sizeMax: Int = PESAssembler.videoSizeMax) {
        self.sizeMax = sizeMax
    }

    /// Takes the payload of the next packet; `start` is its `payload_unit_start_indicator`.
    package mutating func push(_ payload: UnsafeRawBufferPointer, start: Bool, _ emit: (Event) -> Void) {
        if start {
            self.closeOpen(emit)
            self.state = .header
            self.head.removeAll(keepingCapacity: true)
        }
        switch self.state {
        case .idle:
            return
        case .body(let header):
            self.append(payload, header, emit)
        case .header where self.head.isEmpty:
            self.readHeader(PESHeader.parse(payload), in: payload, emit)
        case .header:
            var head: [UInt8] = []
            swap(&head, &self.head)
            head.append(contentsOf: payload)
            head.withUnsafeBytes { self.readHeader(PESHeader.parse($0), in: $0, emit) }
        }
    }

    /// Drops what is not whole; waits for the next start.
    ///
    /// Answers whether something was dropped.
    @discardableResult
    package mutating func reset() -> Bool {
        let dropped = self.state != .idle
        self.state = .idle
        self.head.removeAll(keepingCapacity: true)
        self.data.removeAll(keepingCapacity: true)
        return dropped
    }

    /// The bytes so far were all there is: gives out a packet without stated length, drops one that misses bytes.
    package mutating func end(_ emit: (Event) -> Void) {
        self.closeOpen(emit)
        self.reset()
    }

    private mutating func closeOpen(_ emit: (Event) -> Void) {
        switch self.state {
        case .idle: break
        case .body(let header) where header.dataSize == nil: self.give(header, emit)
        case .header, .body:
            self.reset()
            emit(.truncated)
        }
    }

    private mutating func readHeader(
        _ parse: PESHeader.Parse,
        in bytes: UnsafeRawBufferPointer,
        _ emit: (Event) -> Void
    ) {
        switch parse {
        case .incomplete:
            self.head = Array(bytes)
        case .malformed:
            self.reset()
            emit(.malformed)
        case .header(let header):
            self.state = .body(header)
            self.data.reserveCapacity(header.dataSize ?? self.lastSize)
            self.append(UnsafeRawBufferPointer(rebasing: bytes[header.size...]), header, emit)
        }
    }

    private mutating func append(_ payload: UnsafeRawBufferPointer, _ header: PESHeader, _ emit: (Event) -> Void) {
        guard let size = header.dataSize else {
            guard self.data.count + payload.count <= self.sizeMax else {
                self.reset()
                emit(.oversized)
                return
            }
            self.data.append(contentsOf: payload.assumingMemoryBound(to: UInt8.self))
            return
        }
        let missing = max(0, size - self.data.count)
        let wanted = UnsafeRawBufferPointer(rebasing: payload[..<min(missing, payload.count)])
        self.data.append(contentsOf: wanted.assumingMemoryBound(to: UInt8.self))
        if self.data.count >= size { self.give(header, emit) }
    }

    private mutating func give(_ header: PESHeader, _ emit: (Event) -> Void) {
        var data: [UInt8] = []
        swap(&data, &self.data)
        self.lastSize = min(data.count + data.count / 4, Self.reserveMax)
        self.state = .idle
        guard !data.isEmpty else { return }
        emit(.packet(header, data: data))
    }
}
