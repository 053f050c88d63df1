import Events
package import Model

/// Which lines of the log are wanted.
package struct LogFilter: Hashable, Sendable {
    /// Types, or families such as `connection.*`; none for all.
    package var types: [String]
    /// Such as `credential/7`; matches events about it, and events that name it in a field.
    package var of: String?
    package var from: WallTime?
    package var to: WallTime?

    /// - Throws: ``LogFilterError`` for a time that can't be read, and for a type that no event has.
    package init(types: [String] = [], of: String? = nil, from: String? = nil, to: String? = nil) throws(LogFilterError)
    {
        self.types = types
        self.of = of
        self.from = try Self.time(from)
        self.to = try Self.time(to)
        if let of, of.split(separator: "/").count != 2 { throw .malformedSubject(of) }
        if let type = types.first(where: { !Self.isKnown($0) }) {
            throw .unknownType(type, near: CloseWords.of(type, among: Self.knownTypes))
        }
    }

    private static var knownTypes: [String] { Event.Kind.allCases.map(\.rawValue) }

    /// Whether a type, or any of a family, is one this version writes.
    private static func isKnown(_ type: String) -> Bool {
        guard type.hasSuffix(".*") else { return Event.Kind(rawValue: type) != nil }
        return Self.knownTypes.contains { $0.hasPrefix(type.dropLast()) }
    }

    private static func time(_ text: String?) throws(LogFilterError) -> WallTime? {
        guard let text else { return nil }
        guard let time = WallTime(text) else { throw .malformedTime(text) }
        return time
    }

    /// The moments between which frames have to be looked into.
    var times: ClosedRange<WallTime>? {
        guard self.from != nil || self.to != nil else { return nil }
        let from = self.from ?? WallTime(microseconds: .min)
        return from...max(from, self.to ?? WallTime(microseconds: .max))
    }

    /// Whether a line is wanted.
    ///
    /// Looks only at the bytes it needs: a line is written by Baton, so its first fields stand in a known order.
    func wants(_ line: UnsafeRawBufferPointer) -> Bool {
        if self.from != nil || self.to != nil, !self.wantsTime(line) { return false }
        if !self.types.isEmpty, !self.wantsType(line) { return false }
        return self.of.map { Self.isAbout($0, line) } ?? true
    }

    private func wantsTime(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let text = Self.value(of: "\"at\":\"", in: line), let time = WallTime(text) else { return false }
        return time >= self.from ?? time && self.to.map { time < $0 } ?? true
    }

    private func wantsType(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let type = Self.value(of: "\"type\":\"", in: line) else { return false }
        return self.types.contains { wanted in
            wanted.hasSuffix(".*") ? type.hasPrefix(wanted.dropLast()) : type == wanted
        }
    }

    private static func isAbout(_ subject: String, _ line: UnsafeRawBufferPointer) -> Bool {
        if Self.value(of: "\"of\":\"", in: line) == subject { return true }
        let parts = subject.split(separator: "/")
        return ["\"\(parts[0])\":\(parts[1]),", "\"\(parts[0])\":\(parts[1])}", "\"\(parts[0])\":\"\(parts[1])\""]
            .contains {
                Self.find(Array($0.utf8), in: line) != nil
            }
    }

    private static func value(of key: String, in line: UnsafeRawBufferPointer) -> String? {
        guard let start = Self.find(Array(key.utf8), in: line) else { return nil }
        let rest = line[(start + key.utf8.count)...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    private static func find(_ needle: [UInt8], in line: UnsafeRawBufferPointer) -> Int? {
        guard let first = needle.first, line.count >= needle.count else { return nil }
        return (0...(line.count - needle.count)).first { start in
            line[start] == first && needle.indices.allSatisfy { line[start + $0] == needle[$0] }
        }
    }
}

/// Why lines can't be chosen like that.
package enum LogFilterError: Error, Hashable, Sendable, CustomStringConvertible {
    case malformedTime(String)
    case malformedSubject(String)
    case unknownType(String, near: [String])

    package var description: String {
        switch self {
        case .malformedTime(let text):
            "`\(text)` is not a time; write 2026-11-23, 2026-11-23T07:00 or 2026-11-23T07:00:00Z (UTC)"
        case .malformedSubject(let text): "`\(text)` is not a subject; write for example credential/7 or channel/101"
        case .unknownType(let text, let near):
            if near.isEmpty {
                "`\(text)` is not a type of event; `baton log stats` lists those in the log"
            } else {
                "`\(text)` is not a type of event; did you mean \(near.joined(separator: ", "))?"
            }
        }
    }
}
