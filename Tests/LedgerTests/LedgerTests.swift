import EventLog
import Events
import GRDB
import Glibc
import Model
import Projections
import Synchronization
import TestSupport
import Testing

@testable import Ledger

@Suite(.serialized)
struct LedgerTests {
    @Test func `a command is answered, on disk and in the tables`() async throws {
        let bench = try Bench()
        #expect(try await bench.ledger.perform(AddChannel(channel: ChannelID(101))) == 101)
        #expect(bench.ledger.status.durableThrough == 2)
        #expect(try bench.ledger.read { try $0.channel(ChannelID(101))?.name } == "One")
        #expect(try bench.kinds() == ["node.started", "channel.added"])
        bench.ledger.stop(why: "test")
        #expect(try bench.events().last?.event == .nodeStopped(NodeStopped(why: "test")))
    }

    /// | channel 1       | channel 1 again | channel 2        |
    /// |-----------------|-----------------|------------------|
    /// | added           | refused         | added            |
    @Test func `a command that throws disturbs no other in its batch`() async throws {
        let bench = try Bench()
        let answers = try await self.inOneBatch(
            bench,
            [AddChannel(channel: ChannelID(1)), AddChannel(channel: ChannelID(1)), AddChannel(channel: ChannelID(2))]
        )
        #expect(try answers[0].get() == 1)
        #expect(throws: Taken(channel: ChannelID(1))) { try answers[1].get() }
        #expect(try answers[2].get() == 2)
        #expect(try bench.kinds() == ["node.started", "channel.added", "channel.added"])
    }

    /// | another program      | the ledger                  |
    /// |----------------------|-----------------------------|
    /// | takes the write lock | refuses a command as busy   |
    /// | lets it go           | decides the next            |
    @Test func `another program that holds live sqlite costs only what came meanwhile`() async throws {
        let bench = try Bench()
        // Holds the lock between two calls, as a program of its own would.
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: bench.scratch.file("live.sqlite"), configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        await #expect(throws: LedgerError.projectionBusy) {
            try await bench.ledger.perform(AddChannel(channel: ChannelID(1)))
        }
        #expect(bench.ledger.status.failure == nil)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try other.close()
        #expect(try await bench.ledger.perform(AddChannel(channel: ChannelID(1))) == 1)
    }

    @Test func `a batch is one append and one sync`() async throws {
        let bench = try Bench()
        let before = bench.disk.trace.count
        let commands = (1...200).map { AddChannel(channel: ChannelID($0)) }
        let answers = try await self.inOneBatch(bench, commands)
        #expect(try answers.map { try $0.get() } == (1...200).map { Int64($0) })
        let operations = bench.disk.trace.dropFirst(before).map(\.operation)
        #expect(operations.filter { $0 == .sync }.count == 1)
        #expect(operations.filter { $0 == .write }.count <= 2)
    }

    @Test func `answers come in the order of the questions`() async throws {
        let bench = try Bench()
        let order = Mutex<[Int64]>([])
        let gate = Gate()
        let ledger = bench.ledger
        async let held: Void = ledger.perform(Hold(gate: gate))
        gate.waitUntilEntered()
        for number in 1...100 as ClosedRange<Int64> {
            bench.ledger.perform(AddChannel(channel: ChannelID(number))) { _ in order.withLock { $0.append(number) } }
        }
        gate.open()
        try await held
        _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(101)))
        #expect(order.withLock { $0 } == Array(1...100))
        let added = try bench.events().compactMap { envelope -> Int64? in
            guard case .channelAdded(let it) = envelope.event else { return nil }
            return it.channel.rawValue
        }
        #expect(added == Array(1...101))
    }

    @Test func `of 1,000 simultaneous starts on a limit of 1 one is admitted`() async throws {
        let bench = try Bench(clocks: .system)
        let ledger = bench.ledger
        for round in 1...3 as ClosedRange<Int64> {
            let answers = try await withThrowingTaskGroup(of: Open.Answer.self) { group in
                for _ in 0..<1_000 { group.addTask { try await ledger.perform(Open()) } }
                return try await group.reduce(into: [Open.Answer]()) { $0.append($1) }
            }
            #expect(answers.filter { $0 == .refused(holders: 1) }.count == 999)
            #expect(answers.contains(.admitted(ConnectionID(round))))
            #expect(try bench.ledger.read { try $0.connectionCount() } == 1)
            #expect(try await bench.ledger.perform(Close(connection: ConnectionID(round))))
        }
        #expect(try bench.ledger.read { try $0.connectionCount() } == 0)
    }

    @Test func `a start frees what the last run left open, and tokens stay`() async throws {
        let bench = try Bench()
        #expect(try await bench.ledger.perform(Open()) == .admitted(ConnectionID(1)))
        #expect(try await bench.ledger.perform(Open()) == .refused(holders: 1))
        bench.clock.advance(milliseconds: 5_000)
        bench.ledger.record(
            .overlapDropped(
                OverlapDropped(
                    channel: ChannelID(1),
                    source: SourceID(1),
                    supplier: SupplierID(rawValue: "s"),
                    units: 1,
                    length: Milliseconds(1)
                )
            )
        )
        bench.ledger.stop()
        bench.clock.advance(milliseconds: 60_000)
        try bench.reopen()
        #expect(bench.ledger.opening.epoch == 2)
        #expect(bench.ledger.opening.live == .caughtUp(events: 0))
        #expect(try bench.ledger.read { try $0.connections().count } == 0)
        #expect(try bench.ledger.read { try $0.session("token-1")?.channel } == ChannelID(101))
        #expect(try await bench.ledger.perform(Open()) == .admitted(ConnectionID(2)))
        try await bench.ledger.flushHistory()
        let rows = try await bench.ledger.history.read { database in
            try Row.fetchAll(database, sql: "SELECT reason, watched_ms FROM connection ORDER BY connection").map {
                "\($0)"
            }
        }
        #expect(rows == [#"[reason:"node-restart" watched_ms:5000]"#, "[reason:NULL watched_ms:0]"])
    }

    @Test func `a failed sync fails its batch and ends deciding, and reading goes on`() async throws {
        let bench = try Bench()
        _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(1)))
        bench.disk.fail(.sync, nth: 0, .error(EIO))
        let answers = try await self.inOneBatch(
            bench,
            [AddChannel(channel: ChannelID(2)), AddChannel(channel: ChannelID(3))]
        )
        for answer in answers {
            guard case .failure(let error) = answer, case .logFailed = error as? LedgerError else {
                Issue.record("acknowledged: \(answer)")
                continue
            }
        }
        let syncs = bench.disk.trace.filter { $0.operation == .sync }.count
        await #expect(throws: LedgerError.self) { try await bench.ledger.perform(AddChannel(channel: ChannelID(4))) }
        bench.ledger.record(
            .slateShown(SlateShown(channel: ChannelID(1), why: "x", length: Milliseconds(1), viewers: 0))
        )
        #expect(try bench.ledger.read { try $0.channels().map(\.channel.rawValue) } == [1])
        #expect(bench.ledger.status.failure != nil)
        bench.ledger.stop()
        #expect(bench.disk.trace.filter { $0.operation == .sync }.count == syncs, "a failed sync is never tried again")
        // After the restart the log says what is: acknowledged is there, and nothing is folded that the log lost.
        bench.disk.restart(.unsynced(seed: 7))
        try bench.reopen()
        let channels = try bench.ledger.read { try $0.channels().map(\.channel.rawValue) }
        #expect(channels.first == 1)
        #expect(
            channels
                == (try bench.events().compactMap {
                    if case .channelAdded(let it) = $0.event { it.channel.rawValue } else { nil }
                })
        )
    }

    @Test(arguments: 0..<12)
    func `whatever write or sync dies, nothing acknowledged is lost`(_ operation: Int) async throws {
        let bench = try Bench()
        bench.disk.fail(operation: bench.disk.operations + operation, .crash)
        var acknowledged: [Int64] = []
        for number in 1...8 as ClosedRange<Int64> {
            if let channel = try? await bench.ledger.perform(AddChannel(channel: ChannelID(number))) {
                acknowledged.append(channel)
            }
        }
        bench.ledger.stop()
        bench.disk.restart(.unsynced(seed: UInt64(operation)))
        try bench.reopen()
        let found = try bench.ledger.read { try $0.channels().map(\.channel.rawValue) }
        #expect(Set(acknowledged).isSubset(of: found))
        let path = bench.scratch.file("rebuilt.sqlite")
        bench.ledger.stop()
        _ = try Rebuild<LiveProjection>.run(
            LogFeed(directory: "\(bench.scratch.path)/log", disk: bench.disk),
            log: bench.ledger.opening.log,
            path: path
        )
        #expect(try CanonicalDump.lines(path: path) == CanonicalDump.lines(path: bench.scratch.file("live.sqlite")))
    }

    @Test func `connection events reach the disk within 50 ms, telemetry within a second`() async throws {
        let bench = try Bench(clocks: .system)
        let through = bench.ledger.status.durableThrough
        #expect(try await bench.ledger.perform(Open()) == .admitted(ConnectionID(1)))
        let begin = ContinuousClock.now
        while bench.ledger.status.durableThrough == through, ContinuousClock.now - begin < .seconds(5) {
            await Task.yield()
        }
        #expect(bench.ledger.status.durableThrough == through + 1)
        bench.ledger.record(
            .slateShown(SlateShown(channel: ChannelID(1), why: "x", length: Milliseconds(1), viewers: 0))
        )
        while bench.ledger.status.durableThrough == through + 1, ContinuousClock.now - begin < .seconds(10) {
            await Task.yield()
        }
        #expect(bench.ledger.status.durableThrough == through + 2)
    }

    /// | ledger's thread            | syncing thread    |
    /// |----------------------------|-------------------|
    /// | opens 1                    | begins a sync     |
    /// | opens 2                    | is held           |
    /// |                            | fails             |
    /// | decides nothing any more   | never tries again |
    @Test func `starts are decided while a sync is under way, and one that fails ends deciding`() async throws {
        let bench = try Bench(clocks: .system)
        bench.ledger.stop()
        let disk = HeldDisk(bench.disk, gate: Gate())
        try bench.reopen {
            $0.disk = disk
            $0.clocks = .system
        }
        let through = bench.ledger.status.durableThrough
        disk.arm()
        #expect(try await bench.ledger.perform(Open()) == .admitted(ConnectionID(1)))
        disk.gate.waitUntilEntered()
        #expect(try await bench.ledger.perform(Open(credential: CredentialID(8))) == .admitted(ConnectionID(2)))
        #expect(bench.ledger.status.durableThrough == through)
        bench.disk.fail(.sync, nth: 0, .error(EIO))
        let syncs = bench.disk.trace.filter { $0.operation == .sync }.count
        disk.gate.open()
        let begin = ContinuousClock.now
        while bench.ledger.status.failure == nil, ContinuousClock.now - begin < .seconds(5) { await Task.yield() }
        await #expect(throws: LedgerError.self) {
            try await bench.ledger.perform(Open(credential: CredentialID(9)))
        }
        bench.ledger.stop()
        #expect(bench.ledger.status.durableThrough == through)
        #expect(bench.disk.trace.filter { $0.operation == .sync }.count == syncs + 1)
    }

    @Test func `the write-ahead log is moved into the file while the ledger works`() async throws {
        let bench = try Bench(clocks: .system)
        let names = (1...64).map { AddChannel(channel: ChannelID($0), name: String(repeating: "n", count: 4_000)) }
        for command in names { _ = try await bench.ledger.perform(command) }
        let path = bench.scratch.file("live.sqlite")
        func size() -> Int {
            var status = stat()
            return stat(path, &status) == 0 ? Int(status.st_size) : 0
        }
        let begin = ContinuousClock.now
        while size() < 64 * 4_000, ContinuousClock.now - begin < .seconds(10) { await Task.yield() }
        #expect(size() >= 64 * 4_000)
    }

    @Test func `the log's time never runs backwards, and steps are events`() async throws {
        let bench = try Bench()
        _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(1)))
        bench.clock.step(milliseconds: -3_600_000)
        _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(2)))
        bench.clock.step(milliseconds: 86_400_000)
        _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(3)))
        let events = try bench.events()
        #expect(events.map(\.at) == events.map(\.at).sorted())
        let steps = events.compactMap { if case .clockStepped(let it) = $0.event { it.by.rawValue } else { nil } }
        #expect(steps == [-3_600_000, 86_400_000])
        #expect(events.map(\.seq) == Array(1...Int64(events.count)))
    }

    @Test func `too many events without a caller are dropped, counted and recorded`() async throws {
        let bench = try Bench(waitingEventsMax: 500)
        let gate = Gate()
        let ledger = bench.ledger
        async let held: Void = ledger.perform(Hold(gate: gate))
        gate.waitUntilEntered()
        let event = Event.slateShown(SlateShown(channel: ChannelID(1), why: "x", length: Milliseconds(1), viewers: 0))
        for _ in 0..<517 { bench.ledger.record(event) }
        gate.open()
        try await held
        bench.ledger.stop()
        let events = try bench.events()
        #expect(events.filter { $0.event == event }.count == 500)
        let dropped = events.compactMap { if case .logDegraded(let it) = $0.event { it.events } else { nil } }
        #expect(dropped == [17])
    }

    @Test func `an event longer than a line may be is refused alone`() async throws {
        let bench = try Bench()
        let long = AddChannel(channel: ChannelID(2), name: String(repeating: "x", count: LedgerLoop.eventSizeMax))
        let answers = try await self.inOneBatch(
            bench,
            [AddChannel(channel: ChannelID(1)), long, AddChannel(channel: ChannelID(3))]
        )
        #expect(try answers[0].get() == 1)
        #expect(throws: LedgerError.self) { try answers[1].get() }
        #expect(try answers[2].get() == 3)
        #expect(try bench.ledger.read { try $0.channels().map(\.channel.rawValue) } == [1, 3])
    }

    @Test func `observers see every committed event once, in order`() async throws {
        let bench = try Bench()
        let seen = Mutex<[Int64]>([])
        let observation = bench.ledger.observe { envelopes in
            seen.withLock { $0.append(contentsOf: envelopes.map(\.seq)) }
        }
        for number in 1...50 as ClosedRange<Int64> {
            _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(number)))
        }
        observation.cancel()
        _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(51)))
        #expect(seen.withLock { $0 } == Array(2...51))
    }

    @Test func `history is what a rebuild makes of the log`() async throws {
        let bench = try Bench(clocks: .system)
        for _ in 0..<300 {
            guard case .admitted(let connection) = try await bench.ledger.perform(Open()) else { continue }
            _ = try await bench.ledger.perform(Close(connection: connection))
        }
        try await bench.ledger.flushHistory()
        bench.ledger.stop()
        let path = bench.scratch.file("rebuilt.sqlite")
        _ = try Rebuild<HistoryProjection>.run(
            LogFeed(directory: "\(bench.scratch.path)/log", disk: bench.disk),
            log: bench.ledger.opening.log,
            path: path
        )
        #expect(try CanonicalDump.lines(path: path) == CanonicalDump.lines(path: bench.scratch.file("history.sqlite")))
    }

    @Test func `a command that runs without the service neither starts nor ends anything`() async throws {
        let bench = try Bench()
        #expect(try await bench.ledger.perform(Open()) == .admitted(ConnectionID(1)))
        bench.ledger.stop()
        try bench.reopen { $0.announcesNode = false }
        #expect(try await bench.ledger.perform(AddChannel(channel: ChannelID(1))) == 1)
        #expect(try bench.ledger.read { try $0.connectionCount() } == 1)
        bench.ledger.stop()
        #expect(try bench.kinds() == ["node.started", "connection.opened", "node.stopped", "channel.added"])
    }

    @Test func `seals the open file when asked, and says what came of it`() async throws {
        let bench = try Bench()
        for number in 1...20 as ClosedRange<Int64> {
            _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(number)))
        }
        let sealed = try await bench.ledger.seal()
        #expect(sealed?.events == 21)
        #expect(try await bench.ledger.seal() == nil)
        _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(21)))
        #expect(try bench.events().map(\.seq) == Array(1...22))
        bench.ledger.stop()
        await #expect(throws: LedgerError.stopped) { try await bench.ledger.seal() }
    }

    @Test func `a log that was cut behind the projections says how much is gone, and the files that knew it are kept`()
        async throws
    {
        let bench = try Bench()
        for number in 1...5 as ClosedRange<Int64> {
            _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(number)))
        }
        let file = "\(bench.scratch.path)/log/00000000000000000001.jsonl.zst"
        let cut = try #require(bench.disk.contents(file))
        for number in 6...20 as ClosedRange<Int64> {
            _ = try await bench.ledger.perform(AddChannel(channel: ChannelID(number)))
        }
        bench.ledger.stop()
        // Events 1 to 6 are left of 22: a start, 20 channels and a stop.
        bench.disk.put(file, cut)
        try bench.reopen()
        #expect(bench.ledger.opening.live == .rebuilt(.aheadOfLog(seq: 22), events: 6))
        #expect(bench.ledger.opening.history == .rebuilt(.aheadOfLog(seq: 22), events: 6))
        #expect(bench.ledger.opening.lost(after: 6) == 16)
        #expect(bench.ledger.opening.lost(after: 22) == 0)
        let said = try bench.events().dropFirst(6).map(\.event)
        let missing = LogDegraded(why: "events are missing at the end of the log", events: 16)
        #expect(said == [.logDegraded(missing), .nodeStarted(NodeStarted(version: "1.0.0", epoch: 2))])
        #expect(try bench.ledger.read { try $0.channels().map(\.channel.rawValue) } == Array(1...5))
        for (name, count) in [("live.sqlite.ahead", 20), ("history.sqlite.ahead", nil)] {
            let kept = try DatabaseQueue(path: bench.scratch.file(name))
            let seq = try await kept.read { try Int64.fetchOne($0, sql: "SELECT seq FROM checkpoint") }
            #expect(seq == 22)
            guard let count else { continue }
            #expect(try await kept.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM channel") } == count)
        }
    }

    @Test func `what a command reads again is what the one before it has written`() async throws {
        let bench = try Bench()
        let answers = try await self.inOneBatch(
            bench,
            ["One", "Two", "Two"].map { RenameChannel(channel: ChannelID(1), name: $0) }
        )
        #expect(try answers.map { try $0.get() } == [nil, "One", "Two"])
        #expect(try await bench.ledger.perform(RenameChannel(channel: ChannelID(1), name: "Three")) == "Two")
        // A batch that came to nothing is not remembered.
        bench.disk.fail(.sync, nth: 0, .error(EIO))
        await #expect(throws: LedgerError.self) {
            try await bench.ledger.perform(RenameChannel(channel: ChannelID(1), name: "Four"))
        }
        #expect(try bench.ledger.read { try $0.channel(ChannelID(1))?.name } == "Three")
    }

    @Test func `after the stop nothing is decided`() async throws {
        let bench = try Bench()
        bench.ledger.stop()
        await #expect(throws: LedgerError.stopped) { try await bench.ledger.perform(AddChannel(channel: ChannelID(1))) }
        bench.ledger.stop()
        #expect(try bench.kinds() == ["node.started", "node.stopped"])
    }

    /// Has commands decided in one batch.
    private func inOneBatch<C: Command>(_ bench: Bench, _ commands: [C]) async throws -> [Result<C.Reply, any Error>] {
        let gate = Gate()
        let ledger = bench.ledger
        async let held: Void = ledger.perform(Hold(gate: gate))
        gate.waitUntilEntered()
        let answers: [Result<C.Reply, any Error>] = await withCheckedContinuation { done in
            let box = AnswerBox<C.Reply>(expected: commands.count) { done.resume(returning: $0) }
            for command in commands { bench.ledger.perform(command) { box.add($0) } }
            gate.open()
        }
        try? await held
        return answers
    }
}

/// Gathers answers until all are there.
final class AnswerBox<Reply: Sendable>: Sendable {
    private let answers = Mutex<[Result<Reply, any Error>]>([])
    private let expected: Int
    private let done: @Sendable ([Result<Reply, any Error>]) -> Void

    init(expected: Int, done: @escaping @Sendable ([Result<Reply, any Error>]) -> Void) {
        self.expected = expected
        self.done = done
    }

    func add(_ answer: Result<Reply, any Error>) {
        let all = self.answers.withLock { answers -> [Result<Reply, any Error>]? in
            answers.append(answer)
            return answers.count == self.expected ? answers : nil
        }
        if let all { self.done(all) }
    }
}
