package import Events
package import Model
package import Projections

/// Which credentials end when.
///
/// Pure: filled from the tables once and from the events after that, it says who has ended by a time that it is told.
package struct ExpirySchedule: Sendable {
    private struct Line: Sendable {
        /// Missing only of one that is suspended, so that it is known to be when it gets one.
        var end: WallTime?
        var state: CredentialRow.State
    }

    /// One end to come; outdated when the credential's line says something else by now.
    private struct Entry: Hashable, Comparable, Sendable {
        var end: WallTime
        var credential: CredentialID

        static func < (left: Entry, right: Entry) -> Bool {
            (left.end, left.credential) < (right.end, right.credential)
        }
    }

    /// Credentials that have an end, and those that are suspended.
    private var lines: [CredentialID: Line] = [:]
    /// A heap: none is earlier than the first, nor than the one at half its place.
    private var entries: [Entry] = []

    package init() {}

    /// When the next one ends.
    package mutating func next() -> WallTime? {
        self.dropOutdated()
        return self.entries.first?.end
    }

    /// Takes in a credential as the tables have it.
    package mutating func add(_ credential: CredentialID, end: WallTime?, state: CredentialRow.State) {
        guard end != nil || state == .suspended else {
            self.lines[credential] = nil
            return
        }
        self.lines[credential] = Line(end: end, state: state)
        if let end, state == .active { self.push(Entry(end: end, credential: credential)) }
    }

    /// The credentials that have ended by `now`, earliest first; each is told once.
    package mutating func reached(_ now: WallTime) -> [CredentialID] {
        var ended: [CredentialID] = []
        while let end = self.next(), end <= now, let credential = self.pop()?.credential {
            self.lines[credential]?.state = .expired
            ended.append(credential)
        }
        return ended
    }

    /// Puts back what could not be ended: it is told again.
    package mutating func putBack(_ credentials: [CredentialID]) {
        for credential in credentials where self.lines[credential]?.state == .expired { self.resume(credential) }
    }

    /// Takes in what was recorded.
    package mutating func recorded(_ event: Event) {
        switch event {
        case .credentialIssued(let it): self.set(it.credential, end: it.expires)
        case .credentialChanged(let it): self.set(it.credential, end: it.expires)
        case .credentialSuspended(let it):
            self.lines[it.credential, default: Line(state: .suspended)].state = .suspended
        case .credentialResumed(let it): self.resume(it.credential)
        case .credentialExpired(let it): self.lines[it.credential]?.state = .expired
        case .credentialRemoved(let it): self.lines[it.credential] = nil
        default: break
        }
    }

    private mutating func set(_ credential: CredentialID, end: WallTime?) {
        // A new date revives what an old one had ended, and leaves what is suspended.
        let isSuspended = self.lines[credential]?.state == .suspended
        self.add(credential, end: end, state: isSuspended ? .suspended : .active)
    }

    private mutating func resume(_ credential: CredentialID) {
        guard let line = self.lines[credential] else { return }
        self.add(credential, end: line.end, state: .active)
    }
}

/// The heap.
extension ExpirySchedule {
    /// Entries beyond twice the lines are outdated for the most part; from here on they are made anew.
    private static let slack = 1_024

    private mutating func dropOutdated() {
        while let first = self.entries.first, !self.isCurrent(first) { _ = self.pop() }
    }

    private func isCurrent(_ entry: Entry) -> Bool {
        guard let line = self.lines[entry.credential] else { return false }
        return line.state == .active && line.end == entry.end
    }

    private mutating func push(_ entry: Entry) {
        if self.entries.count >= 2 * self.lines.count + Self.slack {
            self.entries = Set(self.entries.filter(self.isCurrent)).sorted()
        }
        self.entries.append(entry)
        var place = self.entries.count - 1
        while place > 0, self.entries[place] < self.entries[(place - 1) / 2] {
            self.entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func pop() -> Entry? {
        guard let first = self.entries.first else { return nil }
        let last = self.entries.removeLast()
        guard !self.entries.isEmpty else { return first }
        self.entries[0] = last
        var place = 0
        while let least = self.leastChild(of: place), self.entries[least] < self.entries[place] {
            self.entries.swapAt(place, least)
            place = least
        }
        return first
    }

    private func leastChild(of place: Int) -> Int? {
        let (left, right) = (2 * place + 1, 2 * place + 2)
        guard left < self.entries.count else { return nil }
        guard right < self.entries.count else { return left }
        return self.entries[right] < self.entries[left] ? right : left
    }
}
