package import HLS
package import Model
package import NIOCore
import Synchronization

/// The segments of one channel in memory, and the playlist that lists them; any thread.
///
/// The channel's event loop writes once a segment; viewers' event loops read on every request. Nothing is rendered or
/// copied under the lock: a playlist and a segment are one `ByteBuffer` each, shared by reference.
package final class SegmentStore: Sendable {
    /// Requests that may wait for the first segment; more are answered as not ready, since a player asks again.
    package static let waitersMax = 10_000

    private struct State {
        var playlist: ByteBuffer?
        var window: SegmentWindow<ByteBuffer>?
        var waiters: [UInt64: EventLoopPromise<Bool>] = [:]
        var nextWaiter: UInt64 = 0
        var hasEnded = false
        var givenUp = 0
    }

    /// The `EXT-X-TARGETDURATION` of the channel, for as long as it lives, in seconds.
    package let targetDurationSeconds: Int
    private let state = Mutex(State())

    package init(targetDurationSeconds: Int) {
        self.targetDurationSeconds = targetDurationSeconds
    }

    /// The media playlist as it stands, ready to send; `nil` until the first segment.
    ///
    /// The same bytes for all viewers: its URIs are `<n>.ts`.
    package func playlist() -> ByteBuffer? {
        self.state.withLock { $0.playlist }
    }

    /// A segment as it is served.
    package struct Item: Sendable {
        package var number: UInt64
        /// Shared by reference.
        package var bytes: ByteBuffer
        package var duration: MediaTime

        package init(number: UInt64, bytes: ByteBuffer, duration: MediaTime) {
            self.number = number
            self.bytes = bytes
            self.duration = duration
        }
    }

    /// The bytes of one segment; `nil` when it has expired or is not there yet.
    package func segment(_ mediaSequence: Int64) -> ByteBuffer? { self.item(mediaSequence)?.bytes }

    /// One segment; `nil` when it has expired or is not there yet.
    package func item(_ mediaSequence: Int64) -> Item? {
        guard let number = UInt64(exactly: mediaSequence) else { return nil }
        return self.state.withLock { state in
            state.window?.segment(number).map { Item(number: number, bytes: $0.payload, duration: $0.duration) }
        }
    }

    /// Succeeds on `loop`: with `true` as soon as a playlist exists, with `false` at `deadline` or when the channel ends.
    package func whenReady(on loop: any EventLoop, deadline: NIODeadline) -> EventLoopFuture<Bool> {
        let promise = loop.makePromise(of: Bool.self)
        let (answer, number) = self.state.withLock { state -> (Bool?, UInt64) in
            if state.playlist != nil { return (true, 0) }
            guard !state.hasEnded, state.waiters.count < Self.waitersMax else { return (false, 0) }
            let number = state.nextWaiter
            state.nextWaiter += 1
            state.waiters[number] = promise
            return (nil, number)
        }
        if let answer {
            promise.succeed(answer)
            return promise.futureResult
        }
        let timer = loop.scheduleTask(deadline: deadline) {
            self.state.withLock { $0.waiters.removeValue(forKey: number) }?.succeed(false)
        }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        return promise.futureResult
    }

    /// Shows a window: its segments become reachable, with the playlist that names them.
    package func publish(_ window: SegmentWindow<ByteBuffer>) {
        let playlist = ByteBuffer(bytes: window.playlistText)
        let waiters = self.state.withLock { state -> [EventLoopPromise<Bool>] in
            guard !state.hasEnded else { return [] }
            state.window = window
            state.playlist = playlist
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.succeed(true) }
    }

    /// Forgets all segments, because what comes next is not live to them; requests wait again.
    package func clear() {
        self.state.withLock { state in
            state.window = nil
            state.playlist = nil
        }
    }

    /// How often the channel gave up for lack of a source: a viewer that came before the last time has been closed.
    package var givenUp: Int { self.state.withLock { $0.givenUp } }

    /// The channel has had nothing to show for too long: its viewers are closed, and segments are forgotten.
    package func giveUp() {
        let waiters = self.state.withLock { state -> [EventLoopPromise<Bool>] in
            state.window = nil
            state.playlist = nil
            state.givenUp += 1
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.succeed(false) }
    }

    /// Ends the channel: nothing is reachable any more, and whoever waits is told so.
    package func end() {
        let waiters = self.state.withLock { state -> [EventLoopPromise<Bool>] in
            state.hasEnded = true
            state.window = nil
            state.playlist = nil
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.succeed(false) }
    }

    private static func takeWaiters(_ state: inout State) -> [EventLoopPromise<Bool>] {
        defer { state.waiters = [:] }
        return Array(state.waiters.values)
    }
}
