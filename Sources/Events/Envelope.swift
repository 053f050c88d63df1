package import Model

/// An event with its place in the log: one line.
///
/// ```
/// {"seq":42,"at":"2026-11-23T07:00:00.123456Z","type":"connection.opened","v":1,"node":"a","of":"connection/7",…}
/// ```
package struct Envelope: Hashable, Sendable {
    /// Version of the envelope's own fields.
    package static let version: Int64 = 1

    /// Position in the log; starts at 1, grows by 1, orders everything.
    package var seq: Int64
    /// When it was recorded, by the wall clock of the node; a label, not an order.
    package var at: WallTime
    /// The node that recorded it.
    package var node: NodeID
    package var event: Event

    package init(seq: Int64, at: WallTime, node: NodeID, event: Event) {
        self.seq = seq
        self.at = at
        self.node = node
        self.event = event
    }

    /// What the event is about; the node itself when the payload names nothing.
    package var of: EventStream { self.event.subject ?? self.node.stream }

    /// Writes the line, newline included.
    package func write(to json: inout JSONWriter) {
        json.raw(#"{"seq":"#)
        json.integer(self.seq)
        json.raw(#","at":"#)
        json.time(self.at)
        json.raw(#","type":""#)
        json.stringBody(self.event.kind.rawValue)
        json.raw(#"","v":"#)
        json.integer(Self.version)
        json.raw(#","node":"#)
        json.string(self.node.rawValue)
        json.raw(#","of":"#)
        withUnsafeMutablePointer(to: &json) { json in
            var fields = FieldWriter(json: json, node: self.node)
            self.event.write(to: &fields)
        }
        json.raw("}\n")
    }

    /// Reads one line, with or without its newline.
    ///
    /// - Throws: ``EnvelopeError`` when it isn't JSON, a field is missing or of the wrong type, or the kind is unknown.
    package init(parsing line: UnsafeBufferPointer<UInt8>) throws(EnvelopeError) {
        var reader = EnvelopeReader()
        self = try reader.read(line)
    }

    /// Reads one line, with or without its newline.
    package init(parsing line: some Collection<UInt8>) throws(EnvelopeError) {
        let result = Array(line).withUnsafeBufferPointer { bytes in
            Result { () throws(EnvelopeError) in try Envelope(parsing: bytes) }
        }
        self = try result.get()
    }

    /// The line as text, without its newline.
    package var line: String {
        var json = JSONWriter()
        self.write(to: &json)
        return String(decoding: json.bytes.dropLast(), as: UTF8.self)
    }
}

/// Reads many lines, keeping its room between them.
package struct EnvelopeReader {
    private var fields = FieldReader()

    package init() {}

    /// Reads one line, with or without its newline.
    package mutating func read(_ line: UnsafeBufferPointer<UInt8>) throws(EnvelopeError) -> Envelope {
        self.fields.begin(line)
        guard let seq = self.fields.find("seq")?.integer else { throw self.missing("seq") }
        guard let at = self.fields.find("at")?.time else { throw self.missing("at") }
        guard let type = self.fields.find("type") else { throw self.missing("type") }
        guard let kind = type.plainBytes.flatMap(Event.Kind.init(bytes:)) else {
            throw self.fields.refusal(type.string.map { .unknownType($0) } ?? .missing(field: "type"))
        }
        // Read in the order of our lines, so that nothing is passed over.
        _ = self.fields.find("v")
        guard let node = self.fields.find("node")?.string else { throw self.missing("node") }
        _ = self.fields.find("of")
        let event = kind.read(&self.fields)
        if let error = self.fields.finish() { throw error }
        return Envelope(seq: seq, at: at, node: NodeID(rawValue: node), event: event)
    }

    private mutating func missing(_ field: String) -> EnvelopeError { self.fields.refusal(.missing(field: field)) }
}

/// Why a line is not an event.
package enum EnvelopeError: Error, Hashable, Sendable {
    case notJSON(JSONError)
    case missing(field: String)
    case wrongType(field: String)
    case unknownType(String)
}
