import NIOCore

/// The viewers of one channel on one event loop.
///
/// `@unchecked Sendable`: the reference travels between threads, but every stored variable is touched on `loop` only,
/// which each member checks.
final class Audience: @unchecked Sendable {
    private struct Seat {
        var viewer: any LiveViewer
        /// The first chunk that is new to the viewer.
        var next: UInt64
        var hasBegun: Bool
    }

    let loop: any EventLoop
    private var seats: [Seat] = []
    private var indices: [ObjectIdentifier: Int] = [:]

    init(loop: any EventLoop) {
        self.loop = loop
    }

    var isEmpty: Bool {
        self.loop.preconditionInEventLoop()
        return self.seats.isEmpty
    }

    /// Answers `false` when the viewer had a seat already; it keeps that one.
    func add(_ viewer: any LiveViewer, from next: UInt64, hasBegun: Bool) -> Bool {
        self.loop.preconditionInEventLoop()
        guard self.indices[ObjectIdentifier(viewer)] == nil else { return false }
        self.indices[ObjectIdentifier(viewer)] = self.seats.count
        self.seats.append(Seat(viewer: viewer, next: next, hasBegun: hasBegun))
        return true
    }

    func remove(_ viewer: any LiveViewer) -> Bool {
        self.loop.preconditionInEventLoop()
        guard let index = self.indices.removeValue(forKey: ObjectIdentifier(viewer)) else { return false }
        let last = self.seats.removeLast()
        if index < self.seats.count {
            self.seats[index] = last
            self.indices[ObjectIdentifier(last.viewer)] = index
        }
        return true
    }

    func deliver(_ chunk: LiveChunk, number: UInt64) {
        self.loop.preconditionInEventLoop()
        // A viewer may leave, and another take its seat, while it is being called: each one that was there is visited
        // once and asked for again by name.
        let due = self.seats.lazy.filter { $0.next <= number }.map(\.viewer)
        for viewer in Array(due) {
            guard let index = self.indices[ObjectIdentifier(viewer)], self.seats[index].next <= number else { continue }
            self.seats[index].next = number + 1
            if self.seats[index].hasBegun {
                viewer.chunk(chunk)
            } else if chunk.startsAtRandomAccessPoint {
                self.seats[index].hasBegun = true
                viewer.begin(chunk.bytes)
            }
        }
    }

    /// Ends the viewers that were there before `number`, and answers how many those were.
    func drop(_ why: LiveDrop, number: UInt64, keepsWaiting: Bool) -> Int {
        self.loop.preconditionInEventLoop()
        let due = self.seats.filter { $0.next <= number && !(keepsWaiting && !$0.hasBegun) }.map(\.viewer)
        // They have no seat any more when they are told: leaving does nothing then.
        let dropped = due.filter { self.remove($0) }
        for viewer in dropped { viewer.dropped(why) }
        return dropped.count
    }

    /// Ends all viewers and answers how many there were.
    func end() -> Int {
        self.loop.preconditionInEventLoop()
        let ended = self.seats
        self.seats = []
        self.indices = [:]
        for seat in ended { seat.viewer.ended() }
        return ended.count
    }
}
