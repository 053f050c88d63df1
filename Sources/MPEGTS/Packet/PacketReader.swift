/// Finds the 188-byte packets in chunks of any size.
///
/// Packets are read where they lie in the pushed chunk; only the bytes of a packet that is not whole yet are kept.
/// What it finds does not depend on how the bytes were cut into chunks.
/// Source: ISO/IEC 13818-1, 2.4.3.2 (188); ETSI TS 101 154 annex and Blu-ray (192, a time stamp of 4 bytes first);
/// EN 300 429 (204, 16 bytes of Reed-Solomon parity after).
package struct PacketReader: Sendable {
    /// How packets lie in the bytes.
    package enum Layout: Int, CaseIterable, Hashable, Sendable {
        case plain = 188
        case timestamped = 192
        case parity = 204

        /// Bytes from one sync byte to the next.
        package var stride: Int { self.rawValue }
    }

    package enum Event {
        /// One packet of 188 bytes; valid only inside the closure.
        case packet(UnsafeRawBufferPointer)
        /// The byte where a packet should start is not a sync byte; what was being assembled cannot be trusted.
        case lostSync
        /// So many bytes were skipped, told when sync is found and each ``skipReport`` bytes before.
        case skipped(Int)
    }

    /// Bytes needed to decide whether a packet starts at the first: three sync bytes at the widest stride.
    package static let windowSize = 2 * Layout.parity.stride + 1
    /// Bytes skipped between two reports while no sync is found: 64 KiB, about 0.1 s of a live stream.
    package static let skipReport = 65_536

    /// The layout last found.
    package private(set) var layout: Layout?
    /// Bytes that belonged to no packet, since the start.
    package private(set) var skippedBytes = 0

    private var isSynced = false
    /// Bytes of the layout still to be passed over before the next packet.
    private var gap = 0
    private var skippedRun = 0
    /// Bytes not decided yet; fewer than ``windowSize``.
    private var carry: [UInt8] = []

    package init() {}

    /// Bytes that wait for more.
    package var carriedBytes: Int { self.carry.count }

    /// Takes the next bytes of the connection.
    package mutating func push(_ bytes: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
        var rest = bytes
        if !self.carry.isEmpty {
            var carry: [UInt8] = []
            swap(&carry, &self.carry)
            let old = carry.count
            let taken = min(bytes.count, Self.windowSize)
            carry.append(contentsOf: bytes.prefix(taken))
            let used = carry.withUnsafeBytes { self.scan($0, isLast: false, emit) }
            if used < old {
                // Fewer than a window came, so that all of it lies in the carry.
                carry.removeSubrange(0..<used)
                swap(&carry, &self.carry)
                return
            }
            carry.removeAll(keepingCapacity: true)
            swap(&carry, &self.carry)
            rest = UnsafeRawBufferPointer(rebasing: bytes[(used - old)...])
        }
        let used = self.scan(rest, isLast: false, emit)
        if used < rest.count {
            self.carry.append(contentsOf: rest[used...])
        }
    }

    /// The connection is over: reads what the window still held back, and starts anew.
    ///
    /// Answers whether the bytes end within a packet.
    @discardableResult
    package mutating func finish(_ emit: (Event) -> Void) -> Bool {
        var carry: [UInt8] = []
        swap(&carry, &self.carry)
        let used = carry.withUnsafeBytes { self.scan($0, isLast: true, emit) }
        self.skippedBytes += carry.count - used
        self.skippedRun += carry.count - used
        self.reportSkipped(emit)
        defer {
            self.isSynced = false
            self.gap = 0
        }
        return self.isSynced && used < carry.count
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer, isLast: Bool, _ emit: (Event) -> Void) -> Int {
        var position = 0
        let count = bytes.count
        while position < count {
            if self.gap > 0 {
                let passed = min(self.gap, count - position)
                position += passed
                self.gap -= passed
            } else if self.isSynced {
                guard bytes[position] == PacketHeader.syncByte else {
                    self.isSynced = false
                    emit(.lostSync)
                    continue
                }
                let end = position + PacketHeader.packetSize
                guard end <= count else { break }
                emit(.packet(UnsafeRawBufferPointer(rebasing: bytes[position..<end])))
                position = end
                self.gap = (self.layout ?? .plain).stride - PacketHeader.packetSize
            } else {
                guard count - position >= (isLast ? PacketHeader.packetSize : Self.windowSize) else { break }
                if let found = self.layout(in: bytes, at: position) {
                    self.synced(found, emit)
                } else {
                    position += 1
                    self.skip(emit)
                }
            }
        }
        return position
    }

    /// The layout whose sync bytes stand at `position` and two strides on.
    ///
    /// Where the connection ends before that, one stride is enough, and none for the layout that was found before.
    private func layout(in bytes: UnsafeRawBufferPointer, at position: Int) -> Layout? {
        guard bytes[position] == PacketHeader.syncByte else { return nil }
        return Layout.allCases.first { layout in
            let places = [position + layout.stride, position + 2 * layout.stride].filter { $0 < bytes.count }
            return places.allSatisfy { bytes[$0] == PacketHeader.syncByte }
                && (!places.isEmpty || layout == self.layout)
        }
    }

    private mutating func synced(_ layout: Layout, _ emit: (Event) -> Void) {
        if layout == .timestamped, self.layout == nil {
            // The time stamp of the first packet is part of the layout, not garbage.
            let stamp = min(4, self.skippedRun)
            self.skippedRun -= stamp
            self.skippedBytes -= stamp
        }
        self.layout = layout
        self.isSynced = true
        self.reportSkipped(emit)
    }

    private mutating func skip(_ emit: (Event) -> Void) {
        self.skippedBytes += 1
        self.skippedRun += 1
        if self.skippedRun >= Self.skipReport { self.reportSkipped(emit) }
    }

    private mutating func reportSkipped(_ emit: (Event) -> Void) {
        guard self.skippedRun > 0 else { return }
        emit(.skipped(self.skippedRun))
        self.skippedRun = 0
    }
}
