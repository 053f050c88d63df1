import App
import Testing

struct LogFilterTests {
    @Test(arguments: [
        ("connection.open", ["connection.opened", "connection.closed", "connection.evicted"]),
        ("conection.closed", ["connection.closed", "connection.opened", "connection.evicted"]),
        ("credential.expire", ["credential.expired", "credential.excused", "credential.issued"]),
        ("ingest.blib", ["ingest.blip", "ingest.down", "ingest.started"]),
        ("weather.*", []), ("nonsense", []),
    ]) func `a type that no event has is refused, with those like it`(type: String, near: [String]) {
        #expect(throws: LogFilterError.unknownType(type, near: near)) {
            try LogFilter(types: ["node.started", type])
        }
    }

    @Test func `types and families are taken`() throws {
        #expect(try LogFilter(types: ["connection.opened", "ingest.*"]).types == ["connection.opened", "ingest.*"])
    }

    @Test func `what is refused is told in one line`() {
        let errors: [LogFilterError] = [
            .malformedTime("noon"), .malformedSubject("7"), .unknownType("x", near: []),
            .unknownType("ingest.blib", near: ["ingest.blip"]),
        ]
        for error in errors { #expect(!error.description.contains("\n")) }
        #expect(errors[3].description == "`ingest.blib` is not a type of event; did you mean ingest.blip?")
    }
}
