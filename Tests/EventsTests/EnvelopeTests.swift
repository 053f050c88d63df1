import Events
import Model
import TestSupport
import Testing

struct EnvelopeTests {
    static func envelope(_ kind: Event.Kind) -> Envelope {
        Envelope(
            seq: 42,
            at: WallTime(microseconds: 1_795_417_200_123_456),
            node: NodeID(rawValue: "a"),
            event: .example(of: kind)
        )
    }

    @Test(arguments: Event.Kind.allCases)
    func `what is written is what is read`(_ kind: Event.Kind) throws {
        let envelope = Self.envelope(kind)
        #expect(envelope.event.kind == kind)
        #expect(try Envelope(parsing: envelope.line.utf8) == envelope)
    }

    @Test(arguments: Event.Kind.allCases)
    func `fields that may be missing are read as missing`(_ kind: Event.Kind) throws {
        let schema = EventSchema(of: kind)
        var line = Self.envelope(kind).line
        for field in schema.fields where field.isOptional {
            let member = try Regex(#","\#(field.name)":("(\\.|[^"\\])*"|\[[^\]]*\]|[^,}]*)"#)
            #expect(line.contains(member))
            line = line.replacing(member, with: "")
        }
        let read = try Envelope(parsing: line.utf8)
        #expect(read.line == line)
    }

    @Test(arguments: Event.Kind.allCases)
    func `a missing field is named`(_ kind: Event.Kind) throws {
        for field in EventSchema(of: kind).fields where !field.isOptional {
            let line = Self.envelope(kind).line.replacing("\"\(field.name)\":", with: "\"x\":")
            #expect(throws: EnvelopeError.missing(field: field.name)) { try Envelope(parsing: line.utf8) }
        }
    }

    @Test func `the order of fields and unknown fields do not matter`() throws {
        let line =
            #"{"new":{"a":[1,{"b":null}]},"gap":7,"bytes":1,"cause":"stall","supplier":"alpha","source":3,"#
            + #""channel":101,"of":"channel/101","node":"a","v":1,"type":"ingest.blip","at":"2026-11-23T07:00:00Z","seq":9}"#
        let event = IngestBlip(
            channel: ChannelID(101),
            source: SourceID(3),
            supplier: SupplierID(rawValue: "alpha"),
            cause: "stall",
            gap: Milliseconds(7),
            bytes: ByteCount(1)
        )
        #expect(try Envelope(parsing: line.utf8).event == .ingestBlip(event))
    }

    @Test func `texts with every kind of character come back`() throws {
        let text = "a\"b\\c/d\u{0}\u{1F}\n\r\tü€😀\u{7F}"
        let event = Event.nodeStopped(NodeStopped(why: text))
        let envelope = Envelope(seq: 1, at: WallTime(microseconds: 0), node: NodeID(rawValue: "a"), event: event)
        #expect(try Envelope(parsing: envelope.line.utf8) == envelope)
        #expect(!envelope.line.utf8.contains { $0 < 0x20 })
    }

    @Test func `escapes of other writers are read`() throws {
        let line =
            #"{"seq":1,"at":"2026-11-23T07:00:00Z","type":"node.stopped","v":1,"node":"a","of":"node/a","why":"\u00fc\ud83d\ude00\/\b\f"}"#
        #expect(try Envelope(parsing: line.utf8).event == .nodeStopped(NodeStopped(why: "ü😀/\u{8}\u{C}")))
    }

    static let malformed: [(String, EnvelopeError)] = [
        ("", .notJSON(.truncated)),
        ("{", .notJSON(.truncated)),
        ("[]", .notJSON(.unexpected(byte: UInt8(ascii: "["), offset: 0))),
        ("{}", .missing(field: "seq")),
        (#"{"seq":1.5}"#, .missing(field: "seq")),
        (#"{"seq":99999999999999999999}"#, .missing(field: "seq")),
        (#"{"seq":1,"at":"yesterday"}"#, .missing(field: "at")),
        (#"{"seq":1,"at":"2026-11-23T07:00:00Z","type":"no.such"}"#, .unknownType("no.such")),
        (#"{"seq":1} x"#, .notJSON(.unexpected(byte: UInt8(ascii: "x"), offset: 10))),
    ]

    @Test(arguments: malformed.indices)
    func `a malformed line is refused and told why`(_ index: Int) {
        let (line, error) = Self.malformed[index]
        #expect(throws: error) { try Envelope(parsing: line.utf8) }
    }

    /// Texts are looked through eight bytes at a step: whatever stands there must be seen at every place of a step.
    @Test(arguments: 0..<20) func `whatever ends or escapes a text is seen at every place`(_ before: Int) throws {
        func line(_ inside: [UInt8]) -> [UInt8] {
            let head = #"{"seq":1,"at":"2026-11-23T07:00:00Z","type":"node.stopped","node":"a","of":"node/a","why":""#
            return head.utf8 + [UInt8](repeating: UInt8(ascii: "x"), count: before) + inside + Array("tail\"}".utf8)
        }
        func why(_ inside: [UInt8]) throws -> String? {
            guard case .nodeStopped(let it) = try Envelope(parsing: line(inside)).event else { return nil }
            return it.why
        }
        let plain = String(repeating: "x", count: before)
        #expect(try why([]) == plain + "tail")
        #expect(try why(Array(#"\""#.utf8)) == plain + "\"tail")
        #expect(try why(Array(#"\\"#.utf8)) == plain + "\\tail")
        #expect(try why(Array("€".utf8)) == plain + "€tail")
        #expect(throws: EnvelopeError.wrongType(field: "why")) { try why([0xFF]) }
        for control in [0x00, 0x0A, 0x1F] as [UInt8] {
            let bytes = line([control])
            let offset = bytes.firstIndex(of: control) ?? 0
            #expect(throws: EnvelopeError.notJSON(.unexpected(byte: control, offset: offset))) {
                try Envelope(parsing: bytes)
            }
        }
    }

    @Test func `what stands after the last field wanted is looked at too`() {
        let head = #"{"seq":1,"at":"2026-11-23T07:00:00Z","type":"node.stopped","node":"a","why":"x""#
        for tail in ["", ",", "}}", "} x", #","y":}"#, #","y":1,}"#] {
            #expect(throws: EnvelopeError.self) { try Envelope(parsing: (head + tail).utf8) }
        }
        #expect(throws: EnvelopeError.notJSON(.truncated)) { try Envelope(parsing: #"{"type":"nonsense""#.utf8) }
        #expect(throws: Never.self) { try Envelope(parsing: (head + " } \n").utf8) }
    }

    @Test func `nesting is bounded`() {
        let line = #"{"seq":"# + String(repeating: "[", count: 100_000)
        #expect(throws: EnvelopeError.notJSON(.tooDeep(allowed: 16))) { try Envelope(parsing: line.utf8) }
    }

    @Test func `never traps on mutated lines`() {
        var random = SeededRandom(seed: 0x5EED)
        var accepted = 0
        for kind in Event.Kind.allCases {
            let line = Array(Self.envelope(kind).line.utf8)
            for _ in 0..<60 {
                var mutant = line
                for _ in 0...Int.random(in: 0..<4, using: &random) {
                    let position = Int.random(in: 0..<mutant.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: mutant[position] = UInt8.random(in: 0...255, using: &random)
                    case 1: mutant.remove(at: position)
                    default: mutant.insert(UInt8.random(in: 0...255, using: &random), at: position)
                    }
                }
                if let envelope = try? Envelope(parsing: mutant) {
                    accepted += 1
                    // What is accepted can be written and read again.
                    #expect((try? Envelope(parsing: envelope.line.utf8)) == envelope)
                }
            }
        }
        #expect(accepted > 0)
    }
}
