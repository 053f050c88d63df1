import Glibc

/// Viewers of a live transport stream, all in one thread; what they get is thrown away in the kernel.
enum ViewerLoad {
    /// Viewers that come in a second.
    private static let joinsPerSecond = 400.0
    /// Seconds until the bursts at the start are over.
    private static let settleSeconds = 3.0
    /// A gap this long is a stall.
    private static let stallSeconds = 1.0

    private struct Viewer {
        var file: CInt
        var lastAt: Double
        var gap = 0.0
        var bytes = 0
        var isClosed = false
    }

    /// Watches `port=` with `viewers=` viewers for `seconds=`, and prints what it counted about them and `pid=`.
    static func run(_ settings: Role.Settings) throws {
        Loopback.raiseDescriptorLimit()
        let pid = pid_t(try settings.number("pid"))
        let count = try settings.number("viewers")
        let before = Machine.residentKilobytes(of: pid)
        let poller = try Poller()
        var viewers: [Viewer] = []
        let port = try settings.number("port")
        let joining = Stopwatch()
        while viewers.count < count {
            while viewers.count < min(count, Int(joining.seconds * Self.joinsPerSecond) + 1) {
                let file = try Self.join(port: port, user: viewers.count)
                try poller.watch(file, number: viewers.count)
                viewers.append(Viewer(file: file, lastAt: Stopwatch.now))
            }
            Self.take(poller, &viewers, milliseconds: 1)
        }
        let settling = Stopwatch()
        while settling.seconds < Self.settleSeconds { Self.take(poller, &viewers, milliseconds: 20) }
        for index in viewers.indices {
            viewers[index].gap = 0
            viewers[index].bytes = 0
        }
        let processorTime = ProcessorTime.of(pid)
        let waited = Machine.waitedSeconds(of: pid)
        let watching = Stopwatch()
        let seconds = try settings.seconds("seconds")
        var pause = 0.0
        var last = 0.0
        while watching.seconds < seconds {
            Self.take(poller, &viewers, milliseconds: 20)
            pause = max(pause, watching.seconds - last)
            last = watching.seconds
        }
        let elapsed = watching.seconds
        let waits = Machine.waitedSeconds(of: pid) - waited
        let used = ProcessorTime.of(pid) - processorTime
        let resident = Machine.residentKilobytes(of: pid)
        let now = Stopwatch.now
        let gaps = viewers.map { max($0.gap, now - $0.lastAt) }
        let rates = viewers.map { Double($0.bytes) * 8 / elapsed / 1e6 }
        Console.say(
            """
            pause=\(pause) waited=\(waits) seconds=\(elapsed) cpu=\(used) before=\(before) after=\(resident) \
            stalls=\(gaps.count { $0 >= Self.stallSeconds }) gap=\(gaps.max() ?? 0) \
            closed=\(viewers.count { $0.isClosed }) slowest=\(rates.min() ?? 0) mean=\(rates.reduce(0, +) / Double(count))
            """
        )
    }

    private static func join(port: Int, user: Int) throws -> CInt {
        let file = try Loopback.connect(port: port)
        let path = "/live/\(Office.username(user))/\(Office.password)/\(Office.channel).ts"
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: benchmark\r\n\r\n".utf8)
        guard send(file, request, request.count, CInt(MSG_NOSIGNAL)) == request.count else {
            throw SystemError("send")
        }
        Loopback.makeNonBlocking(file)
        return file
    }

    private static func take(_ poller: Poller, _ viewers: inout [Viewer], milliseconds: Int) {
        poller.wait(milliseconds: milliseconds) { index, _ in
            let count = recv(
                viewers[index].file,
                nil,
                1 << 30,
                CInt(MSG_TRUNC) | CInt(MSG_DONTWAIT)
            )
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else {
                viewers[index].isClosed = true
                return poller.forget(viewers[index].file)
            }
            let now = Stopwatch.now
            viewers[index].gap = max(viewers[index].gap, now - viewers[index].lastAt)
            viewers[index].lastAt = now
            viewers[index].bytes += count
        }
    }
}
