/// Puts the sections of one PID together.
///
/// It frames only: whoever reads a section checks its CRC first.
/// Source: ISO/IEC 13818-1, 2.4.4.1 (pointer_field) and 2.4.4.10 (private_section).
package struct SectionAssembler: Sendable {
    package enum Event: Hashable, Sendable {
        /// One section from `table_id` to CRC.
        case section([UInt8])
        /// A section longer than ``sizeMax`` was announced and is left out.
        case oversized(Int)
        /// The pointer points outside its packet.
        case malformed
        /// A new section starts before the last one was whole.
        case truncated
    }

    /// Bytes in the longest section: the largest the standard allows.
    package static let sizeMax = 4_096

    private var buffer: [UInt8] = []
    private var isCollecting = false

    package init() {}

    /// Takes the payload of the next packet; `start` is its `payload_unit_start_indicator`.
    package mutating func push(_ payload: UnsafeRawBufferPointer, start: Bool, _ emit: (Event) -> Void) {
        guard start else {
            guard self.isCollecting else { return }
            self.buffer.append(contentsOf: payload)
            self.drain(emit)
            return
        }
        guard let pointer = payload.first.map(Int.init), pointer + 1 <= payload.count else {
            self.reset()
            emit(.malformed)
            return
        }
        if self.isCollecting {
            self.buffer.append(contentsOf: payload[1..<(1 + pointer)])
            self.drain(emit)
            if self.isCollecting, !self.buffer.isEmpty { emit(.truncated) }
        }
        self.buffer.removeAll(keepingCapacity: true)
        self.buffer.append(contentsOf: payload[(1 + pointer)...])
        self.isCollecting = true
        self.drain(emit)
    }

    /// Drops what is not whole; waits for the next section start.
    ///
    /// Answers whether something was dropped.
    @discardableResult
    package mutating func reset() -> Bool {
        let dropped = self.isCollecting && !self.buffer.isEmpty
        self.buffer.removeAll(keepingCapacity: true)
        self.isCollecting = false
        return dropped
    }

    /// Gives out every whole section; the buffer holds less than one section afterwards.
    private mutating func drain(_ emit: (Event) -> Void) {
        var used = 0
        while self.buffer.count - used >= 3 || (used < self.buffer.count && self.buffer[used] == 0xFF) {
            // table_id 0xFF: the rest of the packet is stuffing.
            guard self.buffer[used] != 0xFF else {
                self.reset()
                return
            }
            let size = 3 + (Int(self.buffer[used + 1] & 0x0F) << 8 | Int(self.buffer[used + 2]))
            guard size <= Self.sizeMax else {
                self.reset()
                emit(.oversized(size))
                return
            }
            guard self.buffer.count - used >= size else { break }
            emit(.section(Array(self.buffer[used..<(used + size)])))
            used += size
        }
        self.buffer.removeSubrange(0..<used)
    }
}
