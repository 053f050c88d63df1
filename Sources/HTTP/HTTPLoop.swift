import NIOCore

/// What the connections of one event loop share: their responder and the sweep of their deadlines.
final class HTTPLoop {
    let configuration: HTTPConfiguration
    let responder: any HTTPResponder
    private let eventLoop: any EventLoop
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var sweep: RepeatedTask?

    init(configuration: HTTPConfiguration, responder: any HTTPResponder, eventLoop: any EventLoop) {
        self.configuration = configuration
        self.responder = responder
        self.eventLoop = eventLoop
        let bound = NIOLoopBound(WeakLoop(loop: self), eventLoop: eventLoop)
        self.sweep = eventLoop.scheduleRepeatedTask(
            initialDelay: configuration.sweepInterval,
            delay: configuration.sweepInterval
        ) { _ in
            bound.value.loop?.swept()
        }
    }

    deinit {
        self.sweep?.cancel()
    }

    func add(_ connection: HTTPConnection) {
        self.connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: HTTPConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
    }

    func close(where isMeant: (PeerAddress) -> Bool) {
        for connection in Array(self.connections.values) where isMeant(connection.peer) || isMeant(connection.client) {
            connection.close()
        }
    }

    /// Closes every connection; done when all are gone.
    func closeAll() -> EventLoopFuture<Void> {
        self.sweep?.cancel()
        self.sweep = nil
        let closed = self.connections.values.compactMap { $0.closeNow() }
        return EventLoopFuture.andAllComplete(closed, on: self.eventLoop)
    }

    private func swept() {
        let now = self.eventLoop.now
        // A sweep may close connections, which removes them from the dictionary.
        for connection in Array(self.connections.values) { connection.swept(at: now) }
        self.responder.swept(at: now)
    }
}

/// Lets the repeated task end with the loop's owner instead of keeping it alive.
private struct WeakLoop {
    weak var loop: HTTPLoop?
}
