import Model
import Testing

@testable import EventLog

struct LogVerifierTests {
    /// A log of three files with two frames each, two of them sealed or not.
    private func log() throws -> MemoryDisk {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        for file in 0..<3 {
            if file > 0 { _ = try writer.prepareSeal() }
            for _ in 0..<2 { try writer.append(next: 3) }
        }
        return disk
    }

    @Test func `a sound log is sound, and its chain is the writer's`() throws {
        let verified = try LogVerifier(directory: logDirectory, disk: try self.log())
        #expect(verified.isSound && verified.files == 3 && verified.frames == 6)
        #expect(verified.events == 18 && verified.lastSeq == 18)
        var chain = ChainValue(beforeFirstOf: testLog)
        for line in lines(1...18) { Array(line.utf8).withUnsafeBytes { chain.extend($0) } }
        #expect(verified.chain == chain)
    }

    @Test func `names every damaged range over all files`() throws {
        let disk = try self.log()
        for seq: UInt64 in [1, 7, 13] {
            var bytes = try #require(disk.contents(path(seq)))
            bytes[frameOffsets(bytes)[seq == 7 ? 0 : 1] + 115] ^= 0x10
            disk.put(path(seq), bytes)
        }
        let verified = try LogVerifier(directory: logDirectory, disk: disk)
        #expect(verified.damage.map(\.firstSeq) == [4, 7, 16])
        #expect(verified.damage.map(\.lastSeq) == [6, 9, nil])
        #expect(verified.damage.map(\.isTail) == [false, false, true])
        #expect(verified.damage.allSatisfy { $0.cause == .checksum && $0.size > 108 })
        #expect(verified.events == 9 && verified.damageCount == 3)
    }

    /// The bytes of a frame made by hand, with every check but the chain in order.
    private func forged(_ seqs: ClosedRange<UInt64>, note: String, chain: ChainValue) throws -> [UInt8] {
        let header = FrameHeader(
            log: testLog,
            epoch: 1,
            firstSeq: seqs.lowerBound,
            count: seqs.count,
            firstTime: time(seqs.lowerBound),
            lastTime: time(seqs.upperBound),
            rawSize: 0,
            storedSize: 0,
            chain: chain
        )
        let raw = Array((lines(seqs, note: note).joined(separator: "\n") + "\n").utf8)
        let builder = try FrameBuilder(level: 1)
        return try raw.withUnsafeBytes { Array(try builder.frame(header, lines: $0).bytes) }
    }

    @Test func `an edited line breaks the chain, though all else checks`() throws {
        var chain = ChainValue(beforeFirstOf: testLog)
        for line in lines(1...3) { Array(line.utf8).withUnsafeBytes { chain.extend($0) } }
        let honest = disk(with: try self.forged(1...3, note: "", chain: chain))
        #expect(try LogVerifier(directory: logDirectory, disk: honest).isSound)
        let edited = disk(with: try self.forged(1...3, note: "edited", chain: chain))
        #expect(try LogVerifier(directory: logDirectory, disk: edited).damage.map(\.cause) == [.chain])
        #expect(try LogWriter.open(edited).damage.map(\.cause) == [.chain])
    }

    @Test func `a chain that was computed anew breaks at the next file`() throws {
        let disk = try self.log()
        var chain = ChainValue(beforeFirstOf: testLog)
        for line in lines(1...6, note: "edited") { Array(line.utf8).withUnsafeBytes { chain.extend($0) } }
        disk.put(path(1), try self.forged(1...6, note: "edited", chain: chain))
        let verified = try LogVerifier(directory: logDirectory, disk: disk)
        #expect(verified.damage.map(\.cause) == [.chain] && verified.damage.map(\.firstSeq) == [7])
    }
}
