import Glibc

/// Connections that each ask again as soon as they have their answer; bodies are thrown away in the kernel.
enum RequestLoad {
    /// Asks `port=` over `connections=` connections for `seconds=`, and prints what it counted.
    ///
    /// With `open=playlist` or `open=segments` each connection first starts a session of its own and asks for what that
    /// leads to; else for `paths=`, separated by commas. `pids=` are the processes whose processor time is taken.
    static func run(_ settings: Role.Settings) throws {
        let port = try settings.number("port")
        let count = try settings.number("connections")
        var connections: [RequestConnection] = []
        for index in 0..<count {
            let paths: [String]
            if let open = settings.values["open"] {
                paths = try Session(port: port, user: index).paths(open)
            } else {
                paths = try settings.text("paths").split(separator: ",").map(String.init)
            }
            connections.append(try RequestConnection(port: port, paths: paths, first: index))
        }
        let pids = try settings.text("pids").split(separator: ",").compactMap { pid_t($0) }
        let counted = try self.count(&connections, pids: pids, seconds: try settings.seconds("seconds"))
        Console.say(counted.text)
    }

    private struct Counted {
        var requests = 0
        var bytes = 0
        var bad = 0
        var seconds = 0.0
        var processorTime = 0.0

        var text: String {
            "requests=\(self.requests) bytes=\(self.bytes) bad=\(self.bad) seconds=\(self.seconds) "
                + "cpu=\(self.processorTime)"
        }
    }

    private static func count(
        _ connections: inout [RequestConnection],
        pids: [pid_t],
        seconds: Double
    ) throws -> Counted {
        let poller = try Poller()
        for index in connections.indices {
            try poller.watch(connections[index].file, number: index)
            try connections[index].ask()
        }
        var counted = Counted()
        let warmUp = 0.3
        var clock = Stopwatch()
        var isMeasuring = false
        func processorTime() -> Double { pids.map(ProcessorTime.of).reduce(0, +) }
        var before = 0.0
        while true {
            if !isMeasuring, clock.seconds >= warmUp {
                isMeasuring = true
                counted = Counted()
                before = processorTime()
                clock = Stopwatch()
            } else if isMeasuring, clock.seconds >= seconds {
                counted.seconds = clock.seconds
                counted.processorTime = processorTime() - before
                return counted
            }
            try poller.wait(milliseconds: 100) { index, _ in
                let step = try connections[index].read()
                counted.bytes += step.bytes
                guard step.isComplete else { return }
                counted.requests += 1
                if !step.isGood { counted.bad += 1 }
                try connections[index].ask()
            }
        }
    }
}

/// One connection, and where it stands in its answer.
struct RequestConnection {
    struct Step {
        var bytes = 0
        var isComplete = false
        var isGood = true
    }

    let file: CInt
    private let requests: [[UInt8]]
    private var next: Int
    private var head = [UInt8](repeating: 0, count: 4_096)
    private var filled = 0
    /// Bytes of the body still to come; `nil` while the head is read.
    private var left: Int?
    private var isGood = true

    init(port: Int, paths: [String], first: Int) throws {
        self.file = try Loopback.connect(port: port)
        Loopback.makeNonBlocking(self.file)
        self.requests = paths.map { path in
            Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: benchmark\r\n\r\n".utf8)
        }
        self.next = first % paths.count
    }

    /// Sends the next request.
    mutating func ask() throws {
        let request = self.requests[self.next]
        self.next = (self.next + 1) % self.requests.count
        self.filled = 0
        self.left = nil
        let count = send(self.file, request, request.count, CInt(MSG_NOSIGNAL))
        guard count == request.count else { throw SystemError("send") }
    }

    /// Takes what is there, a few pieces at most, so that no connection holds up the others.
    mutating func read() throws -> Step {
        var step = Step()
        for _ in 0..<8 {
            let count: Int
            if let left = self.left {
                // Thrown away in the kernel.
                count = recv(self.file, nil, left, CInt(MSG_TRUNC) | CInt(MSG_DONTWAIT))
            } else {
                let room = self.head.count - self.filled
                let start = self.filled
                let file = self.file
                count = self.head.withUnsafeMutableBytes { bytes in
                    recv(file, bytes.baseAddress.map { $0 + start }, room, CInt(MSG_DONTWAIT))
                }
            }
            if count < 0, errno == EAGAIN { return step }
            guard count > 0 else { throw SystemError("the server closed a connection", code: ECONNRESET) }
            step.bytes += count
            if let left = self.left { self.left = left - count } else { try self.readHead(count) }
            if self.left == 0 {
                step.isComplete = true
                step.isGood = self.isGood
                return step
            }
        }
        return step
    }

    private mutating func readHead(_ count: Int) throws {
        self.filled += count
        guard let head = AnswerHead(self.head[..<self.filled]) else {
            guard self.filled < self.head.count else { throw SystemError("a head too long", code: EMSGSIZE) }
            return
        }
        self.isGood = head.status == 200
        self.left = head.length - (self.filled - head.size)
    }
}

/// The head of an answer.
struct AnswerHead {
    var status: Int
    /// Bytes of the head, its empty line included.
    var size: Int
    /// Bytes of the body.
    var length: Int

    private static let field = Array("content-length:".utf8)

    /// `nil` while it is not whole.
    init?(_ bytes: ArraySlice<UInt8>) {
        let found: (status: Int, size: Int, length: Int)? = bytes.withUnsafeBufferPointer { bytes in
            var length = 0
            var lineStart = 0
            var index = 0
            while index + 1 < bytes.count {
                guard bytes[index] == 0x0D, bytes[index + 1] == 0x0A else {
                    index += 1
                    continue
                }
                if index == lineStart {
                    let status = bytes[9..<12].reduce(0) { $0 * 10 + Int($1) - 0x30 }
                    return (status, index + 2, length)
                }
                length = Self.length(bytes[lineStart..<index]) ?? length
                lineStart = index + 2
                index += 2
            }
            return nil
        }
        guard let found else { return nil }
        self.status = found.status
        self.size = found.size
        self.length = found.length
    }

    private static func length(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard line.count > self.field.count else { return nil }
        var index = line.startIndex
        for letter in self.field {
            guard line[index] | 0x20 == letter | 0x20 else { return nil }
            index += 1
        }
        return line[index...].reduce(0) { (0x30...0x39).contains($1) ? $0 * 10 + Int($1) - 0x30 : $0 }
    }
}

/// A HLS session, opened as a player does.
struct Session {
    /// Path of its media playlist.
    let playlist: String

    init(port: Int, user: Int) throws {
        let text = try Self.get("/live/\(Office.username(user))/\(Office.password)/\(Office.channel).m3u8", port: port)
        guard let path = text.split(whereSeparator: \.isNewline).last, path.hasPrefix("/hls/") else {
            throw LoadFailed(role: "session", output: text)
        }
        self.playlist = String(path)
    }

    /// What is asked for: the playlist, or its segments.
    func paths(_ kind: String) -> [String] {
        guard kind == "segments" else { return [self.playlist] }
        let base = self.playlist.prefix { $0 != "." }.reversed().drop { $0 != "/" }.reversed()
        return (0..<MadeUpChannel.segmentCount).map { "\(String(base))\(MadeUpChannel.firstSegment + $0).ts" }
    }

    /// The whole answer to one request, head included.
    static func get(_ path: String, port: Int) throws -> String {
        let file = try Loopback.connect(port: port)
        defer { _ = close(file) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
        guard send(file, request, request.count, CInt(MSG_NOSIGNAL)) == request.count else {
            throw SystemError("send")
        }
        return Files.text(of: file)
    }
}
