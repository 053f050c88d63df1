package import Model
package import NIOCore
import Synchronization

/// Fan-out of one channel's transport stream: one `execute` per event loop and chunk, one shared buffer for all viewers.
///
/// A viewer joins between two chunks: under the lock it gets what the cache holds and the number of the next chunk; chunks
/// that were already on their way to its loop then are older than that number and are not shown to it.
package final class LiveRing: Sendable {
    private struct State {
        var cache = GOPCache()
        /// The number of the next chunk, counted from 0.
        var next: UInt64 = 0
        var audiences: [ObjectIdentifier: Audience] = [:]
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let count = Atomic<Int>(0)

    package init() {}

    /// Viewers that joined and have not left.
    package var viewerCount: Int { self.count.load(ordering: .relaxed) }

    /// Adds a viewer; called on `loop`, which must be the viewer's own.
    ///
    /// `begin` is called before this returns when a random access point is cached, else with the next one; each later
    /// chunk follows. One that has joined already is left as it is. A ring that has ended calls `ended` at once.
    package func join(_ viewer: any LiveViewer, on loop: any EventLoop) {
        loop.preconditionInEventLoop()
        let (audience, start, next) = self.state.withLock { state -> (Audience?, ByteBuffer?, UInt64) in
            guard !state.hasEnded else { return (nil, nil, 0) }
            let audience = state.audiences[ObjectIdentifier(loop)] ?? Audience(loop: loop)
            state.audiences[ObjectIdentifier(loop)] = audience
            return (audience, state.cache.start(), state.next)
        }
        guard let audience else { return viewer.ended() }
        guard audience.add(viewer, from: next, hasBegun: start != nil) else { return }
        self.count.add(1, ordering: .relaxed)
        if let start { viewer.begin(start) }
    }

    /// Removes a viewer; called on `loop`.
    ///
    /// Nothing is called on it afterwards; unknown viewers are ignored.
    package func leave(_ viewer: any LiveViewer, on loop: any EventLoop) {
        loop.preconditionInEventLoop()
        guard let audience = self.state.withLock({ $0.audiences[ObjectIdentifier(loop)] }) else { return }
        guard audience.remove(viewer) else { return }
        self.count.subtract(1, ordering: .relaxed)
        guard audience.isEmpty else { return }
        // Only this loop adds to this audience, so that it is still empty here.
        self.state.withLock { _ = $0.audiences.removeValue(forKey: ObjectIdentifier(loop)) }
    }

    /// Sends a chunk to every viewer; `time` is the decoding time it begins at.
    ///
    /// Called by one thread at a time, in order.
    package func publish(_ chunk: LiveChunk, at time: MediaTime) {
        let (number, audiences) = self.state.withLock { state -> (UInt64, [Audience]) in
            guard !state.hasEnded else { return (0, []) }
            state.cache.append(chunk, at: time)
            let number = state.next
            state.next += 1
            return (number, Array(state.audiences.values))
        }
        for audience in audiences {
            audience.loop.execute { audience.deliver(chunk, number: number) }
        }
    }

    /// Forgets what new viewers would start with: what comes next does not continue it.
    package func clear() {
        self.state.withLock { $0.cache.removeAll() }
    }

    /// Ends the viewers of what was sent so far; those who join later, and with `keepsWaiting` those who were sent nothing
    /// yet, get what comes next.
    package func drop(_ why: LiveDrop, keepsWaiting: Bool) {
        let (number, audiences) = self.state.withLock { state -> (UInt64, [Audience]) in
            state.cache.removeAll()
            // It has a number like a chunk: who joins after it is told from who was there.
            let number = state.next
            state.next += 1
            return (number, Array(state.audiences.values))
        }
        for audience in audiences {
            audience.loop.execute {
                let count = audience.drop(why, number: number, keepsWaiting: keepsWaiting)
                self.count.subtract(count, ordering: .relaxed)
            }
        }
    }

    /// Ends every viewer, and those who join later.
    package func end() {
        let audiences = self.state.withLock { state -> [Audience] in
            state.hasEnded = true
            state.cache.removeAll()
            defer { state.audiences = [:] }
            return Array(state.audiences.values)
        }
        for audience in audiences {
            audience.loop.execute { self.count.subtract(audience.end(), ordering: .relaxed) }
        }
    }
}
