package import Ingest
package import NIOCore

/// How a channel gets at its sources; the engine does it, tests script it.
package struct SourceOpener: Sendable {
    /// Takes every output of the source, on the loop it was opened on.
    package typealias Handler = @Sendable (SourceOutput) -> Void
    /// Asks the source to end; its last output follows.
    package typealias Close = @Sendable () -> Void

    /// An open source.
    package struct Opened: Sendable {
        var close: Close
        /// Whether its connection may go to whoever waits for one.
        var offerSlot: @Sendable (Bool) -> Void
        /// Tells it how many watch the channel.
        var watched: @Sendable (Int) -> Void

        package init(
            close: @escaping Close,
            offerSlot: @escaping @Sendable (Bool) -> Void,
            watched: @escaping @Sendable (Int) -> Void = { _ in }
        ) {
            self.close = close
            self.offerSlot = offerSlot
            self.watched = watched
        }
    }

    /// Opens a source; the handler runs on the given loop only, the first time after this returned.
    package var open: @Sendable (SourceSpecification, SlotClaim, any EventLoop, @escaping Handler) -> Opened

    package init(
        opening open: @escaping @Sendable (SourceSpecification, SlotClaim, any EventLoop, @escaping Handler) -> Opened
    ) {
        self.open = open
    }

    /// Opens sources of suppliers that allow any number of connections.
    package init(open: @escaping @Sendable (SourceSpecification, any EventLoop, @escaping Handler) -> Close) {
        self.init { source, _, loop, handler in
            Opened(close: open(source, loop, handler), offerSlot: { _ in })
        }
    }

    /// Opens sources with the engine.
    package init(_ engine: IngestEngine) {
        self.init { source, claim, loop, handler in
            let handle = engine.open(source, claim: claim, on: loop, handler: handler)
            return Opened(close: handle.close, offerSlot: handle.offerSlot, watched: handle.watched)
        }
    }
}
