import Foundation
import PlayerAPI

extension ServerClock {
    /// A zone by its IANA name, with its rules of summer time; UTC when there is no such zone.
    static func zone(_ name: String) -> ServerClock {
        guard let zone = TimeZone(identifier: name) else { return .utc }
        return ServerClock(zone: name) { seconds in
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
        }
    }
}
