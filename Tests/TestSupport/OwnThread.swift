import Foundation

/// Runs long work on a thread of its own: the threads that tests share are as few as the machine has cores, and others wait on
/// them with a limit.
package enum OwnThread {
    /// Bytes of stack, as the main thread has.
    private static let stackSize = 8 << 20

    package static func run<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Result { try body() }) }
            thread.stackSize = Self.stackSize
            thread.start()
        }
    }
}
