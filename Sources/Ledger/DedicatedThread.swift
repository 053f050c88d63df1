import Glibc
import Synchronization

/// A thread of its own for work that blocks: outside the pool that Swift's tasks share.
package final class DedicatedThread: Sendable {
    /// What the thread runs; handed over once.
    private final class Body {
        let name: String
        let nice: CInt
        let run: @Sendable () -> Void

        init(name: String, nice: CInt, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.nice = nice
            self.run = run
        }
    }

    private let handle: Mutex<pthread_t?>

    /// Starts the thread.
    ///
    /// `name` has at most 15 bytes, as the kernel keeps them; `nice` is asked for, not insisted on: a negative one needs a privilege.
    package init(name: String, nice: CInt = 0, _ run: @escaping @Sendable () -> Void) throws {
        self.handle = Mutex(try Self.start(Body(name: name, nice: nice, run: run)))
    }

    private static func start(_ body: Body) throws -> pthread_t {
        let body = Unmanaged.passRetained(body)
        var handle = pthread_t()
        let code = pthread_create(&handle, nil, { DedicatedThread.main($0) }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw ThreadError(code: code)
        }
        return handle
    }

    /// Waits until the thread has ended; once.
    package func join() {
        let handle = self.handle.withLock { handle -> pthread_t? in
            defer { handle = nil }
            return handle
        }
        if let handle { pthread_join(handle, nil) }
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        Self.setName(body.name)
        // On Linux a nice value belongs to the thread, and 0 means the calling one.
        if body.nice != 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, body.nice) }
        body.run()
        return nil
    }

    /// For `top` and debuggers; glibc's own call for it is hidden from Swift.
    private static func setName(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8)
        _ = write(file, bytes, bytes.count)
        _ = close(file)
    }
}

/// What one thread made and only another one uses from then on.
///
/// `@unchecked`: the maker lets go of the value when the thread that it is handed to starts, and `pthread_create` orders the two.
struct Handover<Value>: @unchecked Sendable {
    let value: Value
}

/// The system gives no further thread.
package struct ThreadError: Error, Hashable, Sendable {
    package var code: CInt
}
