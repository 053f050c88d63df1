import Glibc

/// Sends a clip to whoever connects, from its beginning, at its rate.
enum ClipSupplier {
    private static let head = Array("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n".utf8)
    /// How often something is sent.
    private static let period: useconds_t = 20_000

    private struct Viewer {
        var file: CInt
        var since: Double
        var position = 0
    }

    /// Serves the file `clip=` until standard input ends; prints `port=`.
    static func run(_ settings: Role.Settings) throws {
        let path = try settings.text("clip")
        let file = try SystemError.check("open", open(path, O_RDONLY))
        let clip = Files.bytes(of: file)
        _ = close(file)
        let (listener, port) = try Loopback.listen()
        Loopback.makeNonBlocking(listener)
        Loopback.makeNonBlocking(STDIN_FILENO)
        Console.say("port=\(port)")
        var viewers: [Viewer] = []
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) != 0 {
            while case let file = accept(listener, nil, nil), file >= 0 {
                Loopback.makeNonBlocking(file)
                _ = send(file, Self.head, Self.head.count, CInt(MSG_NOSIGNAL))
                viewers.append(Viewer(file: file, since: Stopwatch.now))
            }
            for index in viewers.indices { Self.pump(&viewers[index], clip) }
            usleep(Self.period)
        }
    }

    /// Sends what is due, as far as there is room.
    private static func pump(_ viewer: inout Viewer, _ clip: [UInt8]) {
        let due = Int((Stopwatch.now - viewer.since) * Double(LiveClip.bitRate / 8)) / 188 * 188
        let end = min(due, clip.count)
        guard end > viewer.position else { return }
        let sent = clip[viewer.position..<end].withUnsafeBytes {
            send(viewer.file, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
        }
        viewer.position += max(sent, 0)
    }
}
