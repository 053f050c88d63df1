import Glibc
import Model
import NIOCore

/// The supplier's one state: its broadcast, its script, and who is connected.
///
/// - Note: `@unchecked Sendable`: all of it is touched on `loop` only, to which all connections belong; every entry
///   checks that.
final class Stage: @unchecked Sendable {
    /// A connection that media goes out on.
    protocol Player: AnyObject {
        var channel: any Channel { get }
        /// Sends what is due.
        func play(_ stage: Stage, now: MediaTime)
        /// Acts on a fault of connections or bytes; false when it has nothing to do with it.
        func suffer(_ fault: Fault, _ stage: Stage)
    }

    /// Media goes out this often.
    private static let tick = TimeAmount.milliseconds(20)
    /// Media that was on air before the first connection.
    private static let history = MediaTime(seconds: 35)

    let loop: any EventLoop
    let record: Watched<ScriptedSupplier.Record>
    private(set) var broadcast: Broadcast
    private(set) var state = LineState()
    private let others: [ReelSpec: Reel]
    private let script: Script
    private var nextStep = 0
    private var began: NIODeadline
    private var scriptBegan: NIODeadline?
    private var players: [ObjectIdentifier: any Player] = [:]
    private var task: RepeatedTask?
    private var connections: UInt64 = 0

    init(
        _ reel: Reel,
        script: Script,
        others: [Reel],
        on loop: any EventLoop,
        record: Watched<ScriptedSupplier.Record>
    ) {
        self.loop = loop
        self.record = record
        self.script = script
        self.broadcast = Broadcast(reel)
        self.others = Dictionary(([reel] + others).map { ($0.spec, $0) }) { first, _ in first }
        self.began = .now()
    }

    /// The broadcast's time.
    var now: MediaTime {
        let elapsed = NIODeadline.now() - self.began
        return Self.history + MediaTime(ticks: elapsed.nanoseconds / 100_000 * 9)
    }

    func start() {
        self.loop.preconditionInEventLoop()
        self.began = .now()
        self.broadcast.advance(to: self.now)
        self.task = self.loop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { [weak self] _ in
            self?.turn()
        }
    }

    func end() {
        self.loop.preconditionInEventLoop()
        self.task?.cancel()
        for player in self.players.values { player.channel.close(promise: nil) }
        self.players = [:]
    }

    /// A seed for what happens on one connection.
    func connected(_ name: String) -> UInt64 {
        self.loop.preconditionInEventLoop()
        if self.scriptBegan == nil {
            self.scriptBegan = .now()
            self.runScript()
        }
        self.record.update { $0.asked[name, default: 0] += 1 }
        self.connections += 1
        return self.script.seed &+ self.connections
    }

    func add(_ player: any Player, _ name: String) {
        self.loop.preconditionInEventLoop()
        self.players[ObjectIdentifier(player)] = player
        self.record.update { $0.played[name, default: 0] += 1 }
        player.play(self, now: self.now)
    }

    func remove(_ player: any Player) {
        self.loop.preconditionInEventLoop()
        self.players[ObjectIdentifier(player)] = nil
    }

    private func turn() {
        self.runScript()
        let now = self.now
        self.broadcast.hasClock(self.state.hasClock(at: now))
        self.broadcast.advance(to: now)
        for player in self.players.values { player.play(self, now: now) }
    }

    private func runScript() {
        guard let began = self.scriptBegan else { return }
        let elapsed = Double((NIODeadline.now() - began).nanoseconds) / 1e9
        while self.nextStep < self.script.steps.count, self.script.steps[self.nextStep].at <= elapsed {
            self.nextStep += 1
            self.carryOut(self.script.steps[self.nextStep - 1].fault)
        }
    }

    func carryOut(_ fault: Fault) {
        self.loop.preconditionInEventLoop()
        let now = self.now
        // What was on air before is not touched by the fault.
        self.broadcast.advance(to: now)
        let elapsed = self.scriptBegan.map { Double((NIODeadline.now() - $0).nanoseconds) / 1e9 } ?? 0
        self.record.update { $0.faults.append(ScriptedSupplier.Record.Done(at: elapsed, fault: fault)) }
        self.state.begin(fault, at: now)
        switch fault {
        case .times(let times): self.broadcast.move(times)
        case .changeReel(let spec): if let reel = self.others[spec] { self.broadcast.change(to: reel) }
        case .changePIDs: self.broadcast.changePIDs()
        case .close, .reset, .closeInPacket, .garbage, .answer:
            for player in Array(self.players.values) { player.suffer(fault, self) }
        default: break
        }
    }

    func sent(_ count: Int) {
        if count > 0 { self.record.update { $0.bytesSent += count } }
    }
}

extension Channel {
    /// Closes with RST instead of FIN.
    func reset() {
        _ = (self as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        self.close(promise: nil)
    }

    /// Closes after what was written has been sent.
    func finish(_ bytes: [UInt8] = []) {
        self.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { _ in self.close(promise: nil) }
    }
}
