import Model
import MPEGTS
import NIOCore
import NIOPosix

/// A supplier for demonstrations: plays the sample stream for ever to whoever connects, and hangs up now and then.
final class DemoSupplier: Sendable {
    let port: Int
    private let channel: any Channel

    /// Listens on a free port of loopback and closes each connection after `hangsUpAfter` seconds, or never.
    init(group: any EventLoopGroup, schedule: PacketSchedule, hangsUpAfter: Int64?) async throws {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = DemoSupplierHandler(schedule: schedule, hangsUpAfter: hangsUpAfter)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        self.channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    func stop() async {
        try? await self.channel.close()
    }
}

/// Which packets of the sample are due when.
struct PacketSchedule: Sendable {
    /// Length of the sample in milliseconds.
    let milliseconds: Int64
    /// For each tick, the packets that are due.
    let slices: [ByteBuffer]

    static let tickMilliseconds: Int64 = 40

    /// Spreads the packets over time by the decoding times of the pictures they come before.
    init(packets: [UInt8]) {
        var demuxer = Demuxer()
        var slices: [ByteBuffer] = []
        var pending = ByteBuffer()
        var first: MediaTime?
        for start in stride(from: 0, to: packets.count - 187, by: 188) {
            let packet = Array(packets[start..<start + 188])
            pending.writeBytes(packet)
            demuxer.push(packet) { output in
                guard case .unit(let unit) = output, let dts = unit.dts else { return }
                first = first ?? dts
                let due = Int((dts - (first ?? dts)).milliseconds / Self.tickMilliseconds)
                while slices.count < due {
                    slices.append(pending)
                    pending.clear()
                }
            }
        }
        slices.append(pending)
        self.slices = slices
        self.milliseconds = Int64(slices.count) * Self.tickMilliseconds
    }
}

/// One connection of the demonstration's supplier: answers any request with the endless stream.
private final class DemoSupplierHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let schedule: PacketSchedule
    private let hangsUpAfter: Int64?
    private var task: RepeatedTask?
    private var ticks = 0

    init(schedule: PacketSchedule, hangsUpAfter: Int64?) {
        self.schedule = schedule
        self.hangsUpAfter = hangsUpAfter
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.task == nil else { return }
        let head = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n")
        context.writeAndFlush(self.wrapOutboundOut(head), promise: nil)
        // Runs on this handler's loop, like everything here.
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        let channel = context.channel
        let tick = TimeAmount.milliseconds(PacketSchedule.tickMilliseconds)
        self.task = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: tick) { _ in
            this.value.send(on: channel)
        }
    }

    private func send(on channel: any Channel) {
        let slices = self.schedule.slices
        channel.writeAndFlush(slices[self.ticks % slices.count], promise: nil)
        self.ticks += 1
        if let limit = self.hangsUpAfter, Int64(self.ticks) * PacketSchedule.tickMilliseconds > limit * 1_000 {
            channel.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.task?.cancel()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
