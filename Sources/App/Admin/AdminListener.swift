import Foundation
import Glibc
import Synchronization

/// Takes commands on the admin socket, one connection after another, on a thread of its own.
package final class AdminListener: Sendable {
    /// Seconds a client may say nothing in the middle of a request.
    static let silenceSeconds = 5
    private static let acceptPauseMicroseconds: UInt32 = 100_000

    private let descriptor: Int32
    private let path: String
    private let isStopping = Mutex(false)

    /// Listens; an old socket file is replaced, since the data directory's lock is held.
    package init(dataDirectory: String) throws {
        self.path = AdminSocket.path(in: dataDirectory)
        self.descriptor = try AdminSocket.makeSocket()
        unlink(self.path)
        let bound = try AdminSocket.withAddress(self.path) { bind(self.descriptor, $0, $1) }
        guard bound == 0, chmod(self.path, 0o600) == 0, listen(self.descriptor, 16) == 0 else {
            let code = errno
            close(self.descriptor)
            throw AdminSocketError.system("listen on \(self.path)", code)
        }
    }

    /// Answers requests until ``stop()``.
    package func start(_ answer: @escaping @Sendable (AdminRequest) async -> AdminAnswer) {
        let thread = Thread { self.run(answer) }
        thread.name = "admin"
        thread.start()
    }

    package func stop() {
        self.isStopping.withLock { $0 = true }
        // Wakes the thread that waits in `accept`.
        shutdown(self.descriptor, Int32(SHUT_RDWR))
        unlink(self.path)
    }

    private func run(_ answer: @escaping @Sendable (AdminRequest) async -> AdminAnswer) {
        while !self.isStopping.withLock({ $0 }) {
            let peer = accept(self.descriptor, nil, nil)
            guard peer >= 0 else {
                // Out of descriptors, say: trying again at once would only burn the processor.
                usleep(Self.acceptPauseMicroseconds)
                continue
            }
            self.serve(peer, answer)
        }
        close(self.descriptor)
    }

    private func serve(_ peer: Int32, _ answer: @escaping @Sendable (AdminRequest) async -> AdminAnswer) {
        AdminSocket.setTimeout(of: peer, seconds: Self.silenceSeconds)
        // Reading blocks, so it has a thread: a client that says nothing must not hold up everybody's tasks.
        let thread = Thread {
            let request = Result {
                try JSONDecoder().decode(AdminRequest.self, from: try AdminSocket.readLine(from: peer))
            }
            // Ends with the answer; the listener's owner stops what answers.
            Task.detached {
                defer { close(peer) }
                let reply: AdminAnswer
                switch request {
                case .success(let request): reply = await answer(request)
                case .failure(let error): reply = AdminAnswer(error: "the request could not be read: \(error)")
                }
                try? AdminSocket.write(try JSONEncoder().encode(reply) + [UInt8(ascii: "\n")], to: peer)
            }
        }
        thread.name = "admin-request"
        thread.start()
    }
}
