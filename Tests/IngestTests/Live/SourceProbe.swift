import Model
import HLS
import MPEGTS
import NIOCore
import NIOPosix
import Synchronization

@testable import Ingest

/// An open source and what it yielded so far.
struct SourceProbe {
    let handle: SourceHandle
    private let mailbox: Mailbox
    /// Everything that was read.
    private(set) var seen: [SourceOutput] = []

    init(
        _ engine: IngestEngine,
        _ url: String,
        privateNetwork: Bool = true,
        supplier: String = "alpha",
        claim: SlotClaim = .queued
    ) {
        let mailbox = Mailbox()
        let source = SourceSpecification(
            id: SourceID(1),
            channel: ChannelID(1),
            supplier: SupplierID(rawValue: supplier),
            url: Redacted(url),
            allowsPrivateNetwork: privateNetwork
        )
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        self.handle = engine.open(source, claim: claim, on: loop) { output in
            loop.preconditionInEventLoop()
            mailbox.put(output)
        }
        self.mailbox = mailbox
    }

    /// Reads on until `test` passes; `false` when the source ended before.
    mutating func read(until test: (SourceOutput) -> Bool) async -> Bool {
        while !self.isOver {
            let output = await self.mailbox.take()
            self.seen.append(output)
            if test(output) { return true }
        }
        return false
    }

    /// Reads on to the end.
    mutating func ended() async -> SourceFailure? {
        _ = await self.read { _ in false }
        guard case .ended(let failure) = self.seen.last else { return nil }
        return failure
    }

    /// Reads on until so many pictures came.
    mutating func readPictures(_ count: Int) async -> Bool {
        let wanted = self.pictures.count + count
        while self.pictures.count < wanted {
            guard await self.read(until: { _ in true }) else { return false }
        }
        return true
    }

    private var isOver: Bool {
        if case .ended = self.seen.last { true } else { false }
    }

    var units: [AccessUnit] {
        self.seen.flatMap { output in
            if case .units(let units) = output { units } else { [AccessUnit]() }
        }
    }

    var tracks: [[Track]] {
        self.seen.compactMap { output in
            if case .tracks(let tracks) = output { tracks } else { nil }
        }
    }

    var pictures: [AccessUnit] {
        let video = Set(self.tracks.joined().filter(\.codec.isVideo).map(\.pid))
        return self.units.filter { video.contains($0.pid) }
    }

    var notices: [SourceNotice] {
        self.seen.compactMap { output in
            if case .notice(let notice) = output { notice } else { nil }
        }
    }

    /// How often each kind of output came, without what it carried.
    func count(of output: SourceOutput) -> Int { self.seen.count { $0 == output } }
}

/// Outputs on their way from an event loop to a test.
final class Mailbox: Sendable {
    private struct State {
        var outputs: [SourceOutput] = []
        var waiting: CheckedContinuation<SourceOutput, Never>?
    }

    private let state = Mutex(State())

    func put(_ output: SourceOutput) {
        let waiting = self.state.withLock { state in
            guard let waiting = state.waiting else {
                state.outputs.append(output)
                return nil as CheckedContinuation<SourceOutput, Never>?
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: output)
    }

    /// The next output; one taker at a time.
    func take() async -> SourceOutput {
        await withCheckedContinuation { continuation in
            let output = self.state.withLock { state in
                guard !state.outputs.isEmpty else {
                    state.waiting = continuation
                    return nil as SourceOutput?
                }
                return state.outputs.removeFirst()
            }
            if let output { continuation.resume(returning: output) }
        }
    }
}

extension IngestConfiguration {
    /// Short enough for tests that wait for a time-out, long enough for a busy machine.
    static var impatient: IngestConfiguration {
        var configuration = IngestConfiguration()
        configuration.connectMilliseconds = 2_000
        configuration.firstByteMilliseconds = 400
        configuration.stallMilliseconds = 400
        configuration.playlistMilliseconds = 1_500
        configuration.slotWaitMilliseconds = 300
        configuration.following.playlistAttemptsMax = 2
        configuration.following.segmentAttemptsMax = 2
        configuration.following.keyAttemptsMax = 2
        return configuration
    }
}

/// Runs a test against an engine and a supplier, and takes both down.
func withSupplier(
    _ script: @escaping SupplierServer.Script,
    configuration: IngestConfiguration = .impatient,
    _ body: (IngestEngine, SupplierServer) async throws -> Void
) async throws {
    let server = try await SupplierServer.start(script)
    let engine = IngestEngine(
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        configuration: configuration
    )
    do {
        try await body(engine, server)
        await engine.shutdown()
        try await server.stop()
    } catch {
        await engine.shutdown()
        throw error
    }
}
