import Model

/// Writes what an event is about and the fields of its payload into a line.
struct FieldWriter: FieldVisitor {
    /// Where the line is written, which outlives this.
    ///
    /// A pointer, since a visitor may be copied and a ``JSONWriter`` may not.
    private let json: UnsafeMutablePointer<JSONWriter>
    private let node: NodeID

    init(json: UnsafeMutablePointer<JSONWriter>, node: NodeID) {
        self.json = json
        self.node = node
    }

    @inline(__always)
    mutating func write(_ payload: some EventPayload) {
        self.write(payload.subject ?? self.node.stream)
        // `fields` hands out places to write to, and this visitor only reads them: so the payload itself serves, where
        // a copy would cost as much as several fields.
        withUnsafePointer(to: payload) { UnsafeMutablePointer(mutating: $0).pointee.fields(&self) }
    }

    /// `connection/7`, in quotes.
    private func write(_ stream: EventStream) {
        self.json.pointee.raw(UInt8(ascii: "\""))
        switch stream {
        case .number(let kind, let number):
            self.json.pointee.stringBody(kind.text)
            self.json.pointee.raw(UInt8(ascii: "/"))
            self.json.pointee.integer(number)
        case .name(let kind, let name):
            self.json.pointee.stringBody(kind.text)
            self.json.pointee.raw(UInt8(ascii: "/"))
            self.json.pointee.stringBody(name)
        }
        self.json.pointee.raw(UInt8(ascii: "\""))
    }

    @inline(__always)
    mutating func callAsFunction<Value: EventValue>(
        _ name: StaticString,
        _ value: inout Value,
        _ about: StaticString
    ) {
        self.json.pointee.key(name)
        value.write(to: &self.json.pointee)
    }

    @inline(__always)
    mutating func callAsFunction<Value: EventValue>(
        _ name: StaticString,
        _ value: inout Value?,
        _ about: StaticString
    ) {
        guard let value else { return }
        self.json.pointee.key(name)
        value.write(to: &self.json.pointee)
    }
}
