import Glibc

/// Bytes that are used again from frame to frame, so that reading and writing do not allocate for each.
final class Scratch {
    /// The room there is; its contents are whatever was put there last.
    private(set) var bytes: UnsafeMutableRawBufferPointer

    init(capacity: Int) {
        self.bytes = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        self.bytes.deallocate()
    }

    /// Makes room for `capacity` bytes; what was there is lost when it had to grow.
    func reserve(_ capacity: Int) {
        guard self.bytes.count < capacity else { return }
        self.bytes.deallocate()
        self.bytes = .allocate(byteCount: capacity, alignment: 16)
    }

    /// Makes all bytes zero.
    func clear() {
        guard let base = self.bytes.baseAddress else { return }
        memset(base, 0, self.bytes.count)
    }

    /// The first `count` bytes.
    func prefix(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: self.bytes[..<count]))
    }
}
