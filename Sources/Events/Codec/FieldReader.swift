import Glibc

/// Reads the fields of a payload from a line, member by member.
///
/// Members are asked for in the order in which they were written, so that each is the next one in our own lines; those that
/// are passed over are kept, so a line with another order is read as well. Unknown members are left alone: fields are
/// only ever added.
struct FieldReader: FieldVisitor {
    private var scanner = JSONScanner(UnsafeBufferPointer(start: nil, count: 0))
    /// Members that were passed over.
    private var passed: [JSONScanner.Member] = []
    /// Where the next one is looked for among those.
    private var next = 0
    /// Whether the scanner has come to the line's end or to what is no JSON.
    private var isOver = true
    private var broken: JSONError?
    /// The first thing that was wrong with a field.
    private var error: EnvelopeError?
    /// Leaves every payload as its own example.
    private let isExample: Bool

    init() {
        self.isExample = false
    }

    private init(isExample: Bool) {
        self.isExample = isExample
    }

    /// Begins another line, whose bytes must stay until it is read.
    mutating func begin(_ line: UnsafeBufferPointer<UInt8>) {
        self.scanner = JSONScanner(line)
        self.passed.removeAll(keepingCapacity: true)
        self.next = 0
        self.isOver = false
        self.broken = nil
        self.error = nil
        do {
            try self.scanner.beginObject()
        } catch {
            self.stop(error)
        }
    }

    /// What is wrong with the line once it has been read as far as it was wanted.
    mutating func finish() -> EnvelopeError? {
        while self.scanned() != nil {}
        return self.broken.map { .notJSON($0) } ?? self.error
    }

    /// Why a line is refused that lacks something: it may be no JSON further on.
    mutating func refusal(_ error: EnvelopeError) -> EnvelopeError {
        self.error = error
        return self.finish() ?? error
    }

    /// An event of a kind with every field filled in.
    static func example(of kind: Event.Kind) -> Event {
        var reader = FieldReader(isExample: true)
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
        if !self.passed.isEmpty, let value = self.findPassed(name) { return value }
        while let member = self.scanned() {
            if Self.isNamed(member, name) { return member.value }
            self.passed.append(member)
        }
        return nil
    }

    private mutating func findPassed(_ name: StaticString) -> JSONValue? {
        for offset in 0..<self.passed.count {
            var index = self.next + offset
            if index >= self.passed.count { index -= self.passed.count }
            guard Self.isNamed(self.passed[index], name) else { continue }
            self.next = index + 1 < self.passed.count ? index + 1 : 0
            return self.passed[index].value
        }
        return nil
    }

    private static func isNamed(_ member: JSONScanner.Member, _ name: StaticString) -> Bool {
        guard member.name.count == name.utf8CodeUnitCount, let found = member.name.baseAddress else { return false }
        return name.withUTF8Buffer { text in
            guard let wanted = text.baseAddress else { return true }
            return memcmp(found, wanted, text.count) == 0
        }
    }

    private mutating func scanned() -> JSONScanner.Member? {
        guard !self.isOver else { return nil }
        do {
            if let member = try self.scanner.nextMember() { return member }
            self.isOver = true
        } catch {
            self.stop(error)
        }
        return nil
    }

    private mutating func stop(_ error: JSONError) {
        self.broken = error
        self.isOver = true
    }

    private mutating func fail(_ error: EnvelopeError) {
        if self.error == nil { self.error = error }
    }
}
