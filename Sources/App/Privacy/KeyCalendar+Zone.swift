import Reports
import Vault

extension KeyCalendar {
    /// Of an operator's zone (IANA name); UTC where none is named, as the weeks of reports are.
    convenience init(zone name: String?) {
        self.init(clock: name.flatMap { try? LocalClock(zone: $0) } ?? .utc)
    }

    /// Of the clock that reports go by.
    convenience init(clock: LocalClock) {
        self.init { clock.offset(at: $0) }
    }
}
