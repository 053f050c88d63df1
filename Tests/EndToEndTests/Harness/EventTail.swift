import Foundation
import TestKit

/// One event as the log tells it.
struct LoggedEvent: Sendable {
    var seq: Int
    var at: Date?
    var type: String
    var line: String
    private var numbers: [String: Int] = [:]
    private var texts: [String: String] = [:]
    /// The connections that hold the slots, where it is a refusal.
    var holders: [Int] = []

    /// Reads a line; `nil` when it is none of a log.
    init?(_ line: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
            let seq = object["seq"] as? Int, let type = object["type"] as? String
        else { return nil }
        self.seq = seq
        self.type = type
        self.at = (object["at"] as? String).flatMap { try? Self.time.parse($0) }
        self.line = line
        self.holders = object["holders"] as? [Int] ?? []
        for (key, value) in object {
            if let text = value as? String { self.texts[key] = text } else { self.numbers[key] = value as? Int }
        }
    }

    private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    func number(_ field: String) -> Int? { self.numbers[field] }
    func text(_ field: String) -> String? { self.texts[field] }
}

/// The log as `baton log cat --follow` prints it.
final class EventTail: Sendable {
    private let program: Program

    init(_ program: Program) {
        self.program = program
    }

    /// The first event after number `seq` that `isWanted`.
    @discardableResult
    func first(
        _ type: String,
        after seq: Int = 0,
        within limit: Duration = .seconds(10),
        where isWanted: @escaping @Sendable (LoggedEvent) -> Bool = { _ in true }
    ) async throws -> LoggedEvent {
        let found = try await self.program.output.line("\(type) in the log", within: limit) { line in
            // Most lines are told apart by their text alone.
            guard line.contains("\"type\":\"\(type)\""), let event = LoggedEvent(line) else { return false }
            return event.type == type && event.seq > seq && isWanted(event)
        }
        guard let event = LoggedEvent(found.text) else { throw Missing(what: type, limit: limit) }
        return event
    }

    /// What it has printed so far.
    var events: [LoggedEvent] { self.program.output.lines.compactMap(LoggedEvent.init) }
    var lastSeq: Int { self.events.last?.seq ?? 0 }
}
