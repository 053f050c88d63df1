import Foundation
import Glibc
import Synchronization

/// Takes commands on the admin socket, one connection after another, on a thread of its own.
package final class AdminListener: Sendable {
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
            guard peer >= 0 else { continue }
            self.serve(peer, answer)
        }
        close(self.descriptor)
    }

    private func serve(_ peer: Int32, _ answer: @escaping @Sendable (AdminRequest) async -> AdminAnswer) {
        // The parent is this thread's loop, which the listener's owner stops; a slow command holds up no other.
        Task.detached {
            defer { close(peer) }
            do {
                let request = try JSONDecoder().decode(AdminRequest.self, from: try AdminSocket.readLine(from: peer))
                let reply = await answer(request)
                try AdminSocket.write(try JSONEncoder().encode(reply) + [UInt8(ascii: "\n")], to: peer)
            } catch {
                let reply = AdminAnswer(error: "the request could not be read: \(error)")
                try? AdminSocket.write(try JSONEncoder().encode(reply) + [UInt8(ascii: "\n")], to: peer)
            }
        }
    }
}
