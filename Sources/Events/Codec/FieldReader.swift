/// Reads the fields of a payload from the members of a line.
///
/// Members are looked for in the order in which they were written, so that each is found at once in our own lines; a
/// line with another order is read as well. Unknown members are left alone: fields are only ever added.
struct FieldReader: FieldVisitor {
    var members: [JSONScanner.Member]
    /// The first thing that was wrong.
    private(set) var error: EnvelopeError?
    /// Leaves every payload as its own example.
    private let isExample: Bool
    private var next = 0

    init(members: [JSONScanner.Member]) {
        self.members = members
        self.isExample = false
    }

    private init() {
        self.members = []
        self.isExample = true
    }

    /// An event of a kind with every field filled in.
    static func example(of kind: Event.Kind) -> Event {
        var reader = FieldReader()
        return kind.read(&reader)
    }

    /// A payload of which every field has been read; what it holds counts only if ``error`` is `nil` afterwards.
    mutating func payload<Payload: EventPayload>() -> Payload {
        var payload = Payload.example
        if !self.isExample { payload.fields(&self) }
        return payload
    }

    mutating func callAsFunction<Value: EventValue>(
        _ name: StaticString,
        _ value: inout Value,
        _ about: StaticString
    ) {
        guard let json = self.find(name) else {
            self.fail(.missing(field: "\(name)"))
            return
        }
        guard let found = Value(json) else {
            self.fail(.wrongType(field: "\(name)"))
            return
        }
        value = found
    }

    mutating func callAsFunction<Value: EventValue>(
        _ name: StaticString,
        _ value: inout Value?,
        _ about: StaticString
    ) {
        value = nil
        guard let json = self.find(name), !json.isNull else { return }
        guard let found = Value(json) else {
            self.fail(.wrongType(field: "\(name)"))
            return
        }
        value = found
    }

    /// A member of the envelope or of the payload.
    mutating func find(_ name: StaticString) -> JSONValue? {
        for offset in 0..<self.members.count {
            var index = self.next + offset
            if index >= self.members.count { index -= self.members.count }
            let candidate = self.members[index].name
            guard candidate.count == name.utf8CodeUnitCount,
                name.withUTF8Buffer({ $0.elementsEqual(candidate) })
            else { continue }
            self.next = index + 1 < self.members.count ? index + 1 : 0
            return self.members[index].value
        }
        return nil
    }

    private mutating func fail(_ error: EnvelopeError) {
        if self.error == nil { self.error = error }
    }
}
