import Glibc

/// The least that a fan-out takes: one thread, one ring, one write for each viewer and chunk.
///
/// It has no sessions and no limits.
enum FanoutPeer {
    /// Bytes of the ring: half a minute of the stream.
    private static let ringSize = MadeUpChannel.chunkSize * 300
    private static let head = Array("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n".utf8)

    private struct Viewer {
        var file: CInt
        var position = 0
        var hasAsked = false
        var isBlocked = false
    }

    /// Serves until standard input ends; prints `port=`.
    static func run() throws {
        Loopback.raiseDescriptorLimit()
        let (listener, port) = try Loopback.listen()
        Loopback.makeNonBlocking(listener)
        Console.say("port=\(port)")
        try Server(listener: listener).run()
    }

    private final class Server {
        private let listener: CInt
        private let poller: Poller
        private let ring: UnsafeMutableRawBufferPointer
        private var written = 0
        /// By descriptor.
        private var viewers: [Viewer?] = []

        init(listener: CInt) throws {
            self.listener = listener
            self.poller = try Poller()
            self.ring = .allocate(byteCount: FanoutPeer.ringSize, alignment: 64)
            // All of it at once, so that it doesn't look like memory of the viewers later.
            self.ring.initializeMemory(as: UInt8.self, repeating: 0x47)
            try self.poller.watch(listener, number: Int(listener))
            try self.poller.watch(STDIN_FILENO, number: Int(STDIN_FILENO))
        }

        deinit { self.ring.deallocate() }

        func run() throws {
            var next = Stopwatch.now
            var number: UInt8 = 0
            while true {
                let now = Stopwatch.now
                if now >= next {
                    next += MadeUpChannel.chunkSeconds
                    self.produce(number)
                    number &+= 1
                    for index in self.viewers.indices { self.pump(index) }
                }
                var ready: [(Int, Bool)] = []
                self.poller.wait(milliseconds: max(0, Int((next - Stopwatch.now) * 1_000) + 1)) {
                    ready.append(($0, $1))
                }
                for (index, canWrite) in ready {
                    if index == Int(STDIN_FILENO) { return }
                    if index == Int(self.listener) { try self.accept() } else { self.serve(index, canWrite) }
                }
            }
        }

        private func produce(_ number: UInt8) {
            let packets = MadeUpChannel.packets(MadeUpChannel.chunkSize, mark: number)
            let start = self.written % FanoutPeer.ringSize
            UnsafeMutableRawBufferPointer(rebasing: self.ring[start..<start + packets.count]).copyBytes(from: packets)
            self.written += packets.count
        }

        private func accept() throws {
            while true {
                let file = Glibc.accept(self.listener, nil, nil)
                guard file >= 0 else { return }
                Loopback.makeNonBlocking(file)
                Loopback.turnOffDelay(file)
                while self.viewers.count <= Int(file) { self.viewers.append(nil) }
                self.viewers[Int(file)] = Viewer(file: file)
                try self.poller.watch(file, number: Int(file))
            }
        }

        private func serve(_ index: Int, _ canWrite: Bool) {
            guard var viewer = self.viewers[index] else { return }
            if canWrite {
                self.viewers[index]?.isBlocked = false
                self.poller.change(viewer.file, number: index, writes: false)
                return self.pump(index)
            }
            var request = [UInt8](repeating: 0, count: 2_048)
            let count = recv(viewer.file, &request, request.count, 0)
            guard count != 0, count > 0 || errno == EAGAIN else { return self.drop(index) }
            guard count > 0, !viewer.hasAsked else { return }
            viewer.hasAsked = true
            viewer.position = self.written
            self.viewers[index] = viewer
            _ = send(viewer.file, FanoutPeer.head, FanoutPeer.head.count, CInt(MSG_NOSIGNAL))
        }

        private func pump(_ index: Int) {
            guard var viewer = self.viewers[index], viewer.hasAsked, !viewer.isBlocked else { return }
            defer { if self.viewers[index] != nil { self.viewers[index] = viewer } }
            if self.written - viewer.position > FanoutPeer.ringSize { viewer.position = self.written }
            while viewer.position < self.written {
                let start = viewer.position % FanoutPeer.ringSize
                let size = min(self.written - viewer.position, FanoutPeer.ringSize - start)
                let count = send(
                    viewer.file,
                    self.ring.baseAddress.map { $0 + start },
                    size,
                    CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
                )
                guard count > 0 else {
                    viewer.isBlocked = true
                    if errno == EAGAIN { self.poller.change(viewer.file, number: index, writes: true) }
                    return
                }
                viewer.position += count
            }
        }

        private func drop(_ index: Int) {
            guard let viewer = self.viewers[index] else { return }
            self.poller.forget(viewer.file)
            _ = close(viewer.file)
            self.viewers[index] = nil
        }
    }
}
