import Dispatch
import Foundation
import Glibc
import Synchronization

/// Takes commands on the admin socket, one connection after another, on a thread of its own.
package final class AdminListener: Sendable {
    /// Seconds a client may say nothing in the middle of a request.
    static let silenceSeconds = 5
    private static let acceptPauseMicroseconds: UInt32 = 100_000

    /// Requests of support that are read or answered at once; more wait to be taken.
    private static let supportPeersMax = 32
    /// Bytes of a request of support: it has no lists to bring.
    private static let supportRequestSizeMax = 64 << 10

    private let descriptor: Int32
    private let path: String
    private let role: Role
    /// Room for requests; none is counted of the owner.
    private let room: DispatchSemaphore?
    private let isStopping = Mutex(false)

    /// Listens; an old socket file is replaced, since the data directory's lock is held.
    package convenience init(dataDirectory: String) throws {
        try self.init(path: AdminSocket.path(in: dataDirectory), role: .owner)
    }

    /// Listens for support, and gives the socket to its group.
    convenience init(_ settings: SupportSocket) throws {
        let group = try settings.groupID
        try self.init(path: settings.path, role: .support, group: group)
    }

    private init(path: String, role: Role, group: gid_t? = nil) throws {
        self.path = path
        self.role = role
        self.room = role == .support ? DispatchSemaphore(value: Self.supportPeersMax) : nil
        try Self.removeSocket(path)
        self.descriptor = try AdminSocket.makeSocket()
        let bound = try AdminSocket.withAddress(path) { bind(self.descriptor, $0, $1) }
        // Its owner's alone until it has its group: the process's umask says so.
        let isGiven = group.map { chown(path, uid_t.max, $0) == 0 } ?? true
        let mode: mode_t = role == .support ? 0o660 : 0o600
        guard bound == 0, isGiven, chmod(path, mode) == 0, listen(self.descriptor, 16) == 0 else {
            let code = errno
            close(self.descriptor)
            throw AdminSocketError.system("listen on \(path)", code)
        }
    }

    /// Removes what a service that died has left behind, and nothing else.
    private static func removeSocket(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw AdminSocketError.notASocket(path) }
        unlink(path)
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
            self.room?.wait()
            self.serve(peer, answer)
        }
        close(self.descriptor)
    }

    private func serve(_ peer: Int32, _ answer: @escaping @Sendable (AdminRequest) async -> AdminAnswer) {
        AdminSocket.setTimeout(of: peer, seconds: Self.silenceSeconds)
        // Reading blocks, so it has a thread: a client that says nothing must not hold up everybody's tasks.
        let thread = Thread {
            let request = Result {
                let sizeMax = self.role == .support ? Self.supportRequestSizeMax : AdminSocket.requestSizeMax
                let line = try AdminSocket.readLine(from: peer, sizeMax: sizeMax)
                return try JSONDecoder().decode(AdminRequest.self, from: line)
            }
            // Ends with the answer; the listener's owner stops what answers.
            Task.detached {
                defer {
                    close(peer)
                    self.room?.signal()
                }
                let reply: AdminAnswer
                switch request {
                case .success(let request): reply = await answer(self.role == .support ? .asSupport(request) : request)
                case .failure(let error): reply = AdminAnswer(error: "the request could not be read: \(error)")
                }
                try? AdminSocket.write(try JSONEncoder().encode(reply) + [UInt8(ascii: "\n")], to: peer)
            }
        }
        thread.name = "admin-request"
        thread.start()
    }
}
