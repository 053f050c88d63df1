import NIOCore

/// An open source, to be closed by whoever opened it.
package final class SourceHandle: Sendable {
    private let onClose: @Sendable () -> Void
    private let onOffer: @Sendable (Bool) -> Void
    private let onWatched: @Sendable (Int) -> Void

    init(
        onClose: @escaping @Sendable () -> Void,
        onOffer: @escaping @Sendable (Bool) -> Void,
        onWatched: @escaping @Sendable (Int) -> Void
    ) {
        self.onClose = onClose
        self.onOffer = onOffer
        self.onWatched = onWatched
    }

    /// How many watch the source's channel: where connections are short, the channel that more people watch has them.
    ///
    /// Any thread, any number of times.
    package func watched(by viewers: Int) {
        self.onWatched(viewers)
    }

    /// Closes the source; ``SourceOutput/ended(_:)`` follows on its loop, once.
    ///
    /// Any thread, any number of times.
    package func close() {
        self.onClose()
    }

    /// Whether the source's connection may go to whoever waits for one of its supplier's, because it is a spare one or
    /// nobody watches; ``SourceOutput/slotWanted`` then says so, once.
    ///
    /// Any thread, any number of times.
    package func offerSlot(_ isOffered: Bool) {
        self.onOffer(isOffered)
    }
}
