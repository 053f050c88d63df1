import EventLog
import GRDB
import TestSupport
import Testing

@testable import Projections

struct RebuildFailureTests {
    @Test func `a full disk is told in one line that names the file`() {
        let full = DatabaseError(
            resultCode: .SQLITE_FULL,
            message: "database or disk is full",
            sql: "INSERT INTO connection(\n  connection\n) VALUES (?)"
        )
        let failure = RebuildFailure(path: "/data/live.sqlite.new", cause: "database or disk is full")
        #expect(throws: failure) { try RebuildFailure.naming("/data/live.sqlite.new") { throw full } }
        #expect("\(failure)" == "/data/live.sqlite.new can't be written: database or disk is full")
    }

    @Test func `a file that can't be made is named, and leaves nothing behind`() throws {
        let scratch = try ScratchDirectory()
        let log = try GeneratedLog(seed: 11)
        let path = scratch.file("nowhere/live.sqlite")
        let failure = #expect(throws: RebuildFailure.self) {
            try Rebuild<LiveProjection>.run(log.feed, log: log.writer.log, path: path)
        }
        #expect(failure?.path == "\(path).new")
        #expect(failure.map { "\($0)".contains("\n") } == false)
        #expect(scratch.names.isEmpty)
    }
}
