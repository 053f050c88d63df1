/// Writes the fields of a payload into a line.
struct FieldWriter: FieldVisitor {
    var json: JSONWriter

    mutating func write(_ payload: some EventPayload) {
        // `fields` hands out places to write to; a copy serves, since nothing is changed.
        var payload = payload
        payload.fields(&self)
    }

    mutating func callAsFunction<Value: EventValue>(
        _ name: StaticString,
        _ value: inout Value,
        _ about: StaticString
    ) {
        self.json.key(name)
        value.write(to: &self.json)
    }

    mutating func callAsFunction<Value: EventValue>(
        _ name: StaticString,
        _ value: inout Value?,
        _ about: StaticString
    ) {
        guard let value else { return }
        self.json.key(name)
        value.write(to: &self.json)
    }
}
