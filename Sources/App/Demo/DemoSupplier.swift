import MPEGTS
import Model
import NIOCore
import NIOPosix
import Synchronization

/// A supplier for demonstrations: plays the sample for ever to whoever connects, and fails by a schedule.
final class DemoSupplier: Sendable {
    let port: Int
    private let channel: any Channel

    /// Listens on a free port of loopback.
    init(group: any EventLoopGroup, broadcast: DemoBroadcast, faults: [DemoFault]) async throws {
        let plant = DemoPlant(broadcast: broadcast, faults: faults)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DemoSupplierHandler(plant))
                }
            }
        self.channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    func stop() async {
        try? await self.channel.close()
    }
}

/// What all connections of a supplier share: its clock, its faults, and whether the next one is sent a buffer again.
final class DemoPlant: Sendable {
    let broadcast: DemoBroadcast
    private let faults: [DemoFault]
    private let begin = NIODeadline.now()
    private let owesReplay = Mutex(false)

    /// What a connection that follows a close begins with.
    static let replay = MediaTime(seconds: 10)

    init(broadcast: DemoBroadcast, faults: [DemoFault]) {
        self.broadcast = broadcast
        self.faults = faults
    }

    /// Milliseconds since the supplier began.
    func now() -> Int64 { (NIODeadline.now() - self.begin).nanoseconds / 1_000_000 }

    /// The newest media at a moment.
    func position(at ms: Int64) -> MediaTime { DemoBroadcast.headStart + MediaTime(milliseconds: ms) }

    func isUnder(_ kind: DemoFault.Kind, at ms: Int64) -> Bool {
        self.faults.contains { $0.kind == kind && $0.covers(ms) }
    }

    /// Whether a connection that was last looked at at `last` ends by now.
    func closes(after last: Int64, by ms: Int64) -> Bool {
        let fault = self.faults.first { ($0.kind == .close || $0.kind == .dead) && $0.atMs > last && $0.atMs <= ms }
        if fault?.kind == .close { self.owesReplay.withLock { $0 = true } }
        return fault != nil
    }

    /// The first unit of a connection that begins now.
    func firstUnit(at ms: Int64) -> Int {
        let isReplay = self.owesReplay.withLock { owes in
            defer { owes = false }
            return owes
        }
        let live = self.position(at: ms)
        return self.broadcast.start(before: isReplay ? live - Self.replay : live)
    }
}

/// One connection of the demonstration's supplier: answers any request with the endless stream.
private final class DemoSupplierHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    static let tick = TimeAmount.milliseconds(40)

    private let plant: DemoPlant
    private var muxer: Muxer
    private var task: RepeatedTask?
    private var next = 0
    private var lookedAt: Int64 = 0

    init(_ plant: DemoPlant) {
        self.plant = plant
        self.muxer = Muxer(tracks: plant.broadcast.tracks)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.task == nil else { return }
        let now = self.plant.now()
        guard !self.plant.isUnder(.dead, at: now) else {
            let refusal = ByteBuffer(
                string: "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            return context.writeAndFlush(self.wrapOutboundOut(refusal), promise: nil)
        }
        let head = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n")
        context.writeAndFlush(self.wrapOutboundOut(head), promise: nil)
        self.lookedAt = now
        self.next = self.plant.firstUnit(at: now)
        // Runs on this handler's loop, like everything here.
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        let channel = context.channel
        self.task = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.tick) { _ in
            this.value.send(on: channel)
        }
    }

    private func send(on channel: any Channel) {
        let now = self.plant.now()
        guard !self.plant.closes(after: self.lookedAt, by: now) else { return channel.close(promise: nil) }
        self.lookedAt = now
        guard !self.plant.isUnder(.stall, at: now) else { return }
        let isLost = self.plant.isUnder(.loss, at: now)
        let position = self.plant.position(at: now)
        var packets: [UInt8] = []
        while true {
            let (unit, due) = self.plant.broadcast.unit(self.next)
            guard due <= position else { break }
            self.next += 1
            if !isLost { _ = self.muxer.write(unit, into: &packets) }
        }
        if !packets.isEmpty { channel.writeAndFlush(ByteBuffer(bytes: packets), promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.task?.cancel()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
