package import Ingest
package import NIOCore

/// How a channel gets at its sources; the engine does it, tests script it.
package struct SourceOpener: Sendable {
    /// Takes every output of the source, on the loop it was opened on.
    package typealias Handler = @Sendable (SourceOutput) -> Void
    /// Asks the source to end; its last output follows.
    package typealias Close = @Sendable () -> Void

    /// Opens a source; the handler runs on the given loop only.
    package var open: @Sendable (SourceSpecification, any EventLoop, @escaping Handler) -> Close

    package init(open: @escaping @Sendable (SourceSpecification, any EventLoop, @escaping Handler) -> Close) {
        self.open = open
    }

    /// Opens sources with the engine.
    package init(_ engine: IngestEngine) {
        self.init { source, loop, handler in
            let handle = engine.open(source, on: loop, handler: handler)
            return { handle.close() }
        }
    }
}
