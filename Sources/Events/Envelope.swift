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
    private var members: [JSONScanner.Member] = []

    package init() {}

    /// Reads one line, with or without its newline.
    package mutating func read(_ line: UnsafeBufferPointer<UInt8>) throws(EnvelopeError) -> Envelope {
        self.members.removeAll(keepingCapacity: true)
        var scanner = JSONScanner(line)
        do {
            try scanner.object(into: &self.members)
        } catch {
            throw .notJSON(error)
        }
        var fields = FieldReader(members: self.members)
        guard let seq = fields.find("seq")?.integer else { throw .missing(field: "seq") }
        guard let at = fields.find("at")?.time else { throw .missing(field: "at") }
        guard let type = fields.find("type") else { throw .missing(field: "type") }
        guard let kind = type.plainBytes.flatMap(Event.Kind.init(bytes:)) else {
            throw type.string.map { .unknownType($0) } ?? .missing(field: "type")
        }
        guard let node = fields.find("node")?.string else { throw .missing(field: "node") }
        _ = fields.find("of")
        let event = kind.read(&fields)
        if let error = fields.error { throw error }
        return Envelope(seq: seq, at: at, node: NodeID(rawValue: node), event: event)
    }
}

/// Why a line is not an event.
package enum EnvelopeError: Error, Hashable, Sendable {
    case notJSON(JSONError)
    case missing(field: String)
    case wrongType(field: String)
    case unknownType(String)
}
