import NIOCore

/// An open source, to be closed by whoever opened it.
package final class SourceHandle: Sendable {
    private let onClose: @Sendable () -> Void

    init(onClose: @escaping @Sendable () -> Void) {
        self.onClose = onClose
    }

    /// Closes the source; ``SourceOutput/ended(_:)`` follows on its loop, once.
    ///
    /// Any thread, any number of times.
    package func close() {
        self.onClose()
    }
}
