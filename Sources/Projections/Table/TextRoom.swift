/// Holds the texts of one row while its statement runs.
///
/// SQLite otherwise allocates, copies and frees each of them.
package final class TextRoom {
    /// Bytes: a row's texts are some hundred; what has no room is copied by SQLite.
    static let size = 16 << 10

    private let bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: TextRoom.size)
    private var used = 0

    init() {}

    deinit {
        self.bytes.deallocate()
    }

    /// Forgets all texts; the statement that was given them has run and has others now, or is bound anew before it runs.
    func clear() { self.used = 0 }

    /// Keeps a text until ``clear()``; `nil` when there is no room.
    func keep(_ text: String) -> UnsafeBufferPointer<CChar>? {
        var text = text
        return text.withUTF8 { source in
            guard source.count <= Self.size - self.used else { return nil }
            let target = UnsafeMutableBufferPointer(rebasing: self.bytes[self.used..<(self.used + source.count)])
            self.used += source.count
            source.withMemoryRebound(to: CChar.self) { _ = target.update(fromContentsOf: $0) }
            return UnsafeBufferPointer(target)
        }
    }
}
