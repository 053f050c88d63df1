import Synchronization

/// How much of a transfer lies with its event loop, not yet worked off.
///
/// The transfer thread adds, the event loop takes away; whoever crosses a mark pauses or resumes the socket.
final class TransferBacklog: Sendable {
    private struct State {
        var bytes = 0
        var isPaused = false
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Whether `count` more bytes have room beside what waits; when not, a resume will be due.
    func admits(_ count: Int, pending: Int) -> Bool {
        self.state.withLock { state in
            // A single delivery larger than the whole backlog must pass some time: into an empty one.
            if state.bytes + pending + count <= self.bytesMax || state.bytes + pending == 0 { return true }
            state.isPaused = true
            return false
        }
    }

    func handedOver(_ count: Int) {
        self.state.withLock { $0.bytes += count }
    }

    /// Returns whether reading has to be resumed now: at half, so that pausing does not flutter.
    func workedOff(_ count: Int) -> Bool {
        self.state.withLock { state in
            state.bytes -= count
            guard state.isPaused, state.bytes <= self.bytesMax / 2 else { return false }
            state.isPaused = false
            return true
        }
    }
}
